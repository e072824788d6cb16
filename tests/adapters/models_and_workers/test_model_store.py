"""The model store: what is pulled is whole and checked, what breaks goes on from where it was."""

import hashlib
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.adapters.models import Downloads, ModelStore, Progress, State, load_manifest
from ivr.adapters.models.fetch import Watch, download_wheel
from ivr.adapters.models.manifest import HubFile
from ivr.vocabulary.errors import ConfigError, NotFound

HEAD, TAIL, CONFIG = b"first half " * 1_000, b"second half" * 1_000, b'{"size": "tiny"}'


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def part(package: str, path: str, data: bytes) -> str:
    return f'{{ package = "{package}", path = "{path}", bytes = {len(data)}, sha256 = "{sha(data)}" }}'


MANIFEST = f"""
[[model]]
id = "tiny"
job = "voice"
engine = "piper"
languages = ["xx"]
licence = "CC0-1.0"
main = "model.bin"

[[model.wheel]]
name = "model.bin"
bytes = {len(HEAD + TAIL)}
sha256 = "{sha(HEAD + TAIL)}"
parts = [{part("tiny-1==1.0.0", "tiny_1/part1", HEAD)}, {part("tiny-2==1.0.0", "tiny_2/part2", TAIL)}]

[[model.wheel]]
name = "sub/config.json"
bytes = {len(CONFIG)}
sha256 = "{sha(CONFIG)}"
parts = [{part("tiny-2==1.0.0", "tiny_2/config.json", CONFIG)}]

[[model.hub]]
name = "model.bin"
source = "somebody/tiny@v1:files/model.bin"
"""


def wheel(folder: Path, name: str, files: dict[str, bytes]) -> Path:
    """A wheel that pip takes for one."""
    package = name.replace("-", "_")
    path = folder / f"{package}-1.0.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in files.items():
            archive.writestr(f"{package}/{inner}", data)
        archive.writestr(f"{package}/__init__.py", "raise SystemExit('a model wheel was imported')")
        info = f"{package}-1.0.0.dist-info"
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@dataclass
class Registry:
    """Stands for package registry and hub."""

    folder: Path
    down: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def wheel(self, package: str, into: Path, watch: Watch) -> Path:
        self.asked.append(package)
        if package in self.down:
            raise ConfigError("the package registry cannot be reached", where=package, fix="Check the network.")
        found = next(self.folder.glob(f"{package.split('==')[0].replace('-', '_')}-*.whl"))
        watch(found.stat().st_size // 2)
        return Path(shutil.copy(found, into))

    def hub(self, file: HubFile, into: Path) -> Path:
        self.asked.append(f"{file.repo}:{file.path}")
        target = into / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"from the hub")
        return target


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    folder = tmp_path / "registry"
    folder.mkdir()
    wheel(folder, "tiny-1", {"part1": HEAD})
    wheel(folder, "tiny-2", {"part2": TAIL, "config.json": CONFIG})
    return Registry(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "models.toml").write_text(MANIFEST, encoding="utf-8")
    return folder


@pytest.fixture
def store(folder: Path, registry: Registry) -> ModelStore:
    return ModelStore(folder, downloads=Downloads(registry.wheel, registry.hub))


def left_over(store: ModelStore) -> list[str]:
    """What lies in the folder besides whole models and the lock."""
    hidden = [path for path in store.folder.glob(".*/**/*") if path.is_file()]
    return [path.name for path in hidden if path.parent.parent == store.folder]


def test_a_pulled_model_is_joined_checked_and_found(store: ModelStore) -> None:
    seen: list[Progress] = []
    (status,) = store.pull(["tiny"], on_progress=seen.append)
    assert status.state is State.READY and status.verified
    assert status.path == store.folder / "tiny" / "model.bin"
    assert status.path.read_bytes() == HEAD + TAIL
    assert (store.folder / "tiny" / "sub" / "config.json").read_bytes() == CONFIG
    assert store.voices("piper")["xx"] == ("tiny", status.path)
    assert store.verify(["tiny"]) == []
    assert left_over(store) == []
    downloads = [p for p in seen if p.stage == "download"]
    assert [p.done_bytes for p in downloads] == sorted(p.done_bytes for p in downloads)
    assert downloads[-1].done_bytes == downloads[-1].total_bytes == len(HEAD + TAIL + CONFIG)


def test_a_second_pull_asks_nobody(store: ModelStore, registry: Registry) -> None:
    store.pull(["tiny"])
    registry.asked.clear()
    assert ModelStore(store.folder, downloads=Downloads(registry.wheel)).pull(["tiny"])[0].state is State.READY
    assert registry.asked == []


def test_each_package_is_downloaded_once(store: ModelStore, registry: Registry) -> None:
    store.pull(["tiny"])
    assert registry.asked == ["tiny-1==1.0.0", "tiny-2==1.0.0"]


def test_a_broken_pull_leaves_no_half_model_and_goes_on_from_its_parts(store: ModelStore, registry: Registry) -> None:
    registry.down = {"tiny-2==1.0.0"}
    with pytest.raises(ConfigError, match="cannot be reached"):
        store.pull(["tiny"])
    assert store.status(store.model("tiny")).state is State.ABSENT
    assert not (store.folder / "tiny").exists()

    registry.down.clear()
    registry.asked.clear()
    assert store.pull(["tiny"])[0].state is State.READY
    assert registry.asked == ["tiny-2==1.0.0"]


def test_a_file_with_another_hash_is_refused(store: ModelStore, registry: Registry) -> None:
    wheel(registry.folder, "tiny-1", {"part1": HEAD[:-1] + b"!"})
    with pytest.raises(ConfigError, match="not the file it should be"):
        store.pull(["tiny"])
    assert not (store.folder / "tiny").exists()
    assert left_over(store) == []


def test_a_file_that_is_longer_than_listed_is_not_even_read_to_its_end(store: ModelStore, registry: Registry) -> None:
    wheel(registry.folder, "tiny-1", {"part1": HEAD + bytes(50_000_000)})
    with pytest.raises(ConfigError, match="not the file it should be"):
        store.pull(["tiny"])


def test_a_part_that_rotted_between_two_pulls_is_got_anew(store: ModelStore, registry: Registry) -> None:
    registry.down = {"tiny-2==1.0.0"}
    with pytest.raises(ConfigError):
        store.pull(["tiny"])
    (store.folder / ".parts" / sha(HEAD)).write_bytes(bytes(len(HEAD)))
    registry.down.clear()
    with pytest.raises(ConfigError, match="expected"):
        store.pull(["tiny"])
    assert store.pull(["tiny"])[0].path is not None
    assert store.verify(["tiny"]) == []


@pytest.mark.parametrize("spoil", [lambda p: p.write_bytes(b"cut"), lambda p: p.unlink()], ids=["cut", "deleted"])
def test_a_model_that_was_spoilt_is_seen_and_replaced(store: ModelStore, spoil: object) -> None:
    (status,) = store.pull(["tiny"])
    assert status.path is not None
    spoil(status.path)  # type: ignore[operator]
    assert store.status(status.model).state is State.DAMAGED
    with pytest.raises(ConfigError, match="ivr models pull tiny"):
        store.path("tiny")
    assert store.pull(["tiny"])[0].state is State.READY


def test_a_change_that_a_quick_look_misses_is_found_by_verify_and_then_replaced(store: ModelStore) -> None:
    import os

    (status,) = store.pull(["tiny"])
    assert status.path is not None
    before = status.path.stat()
    status.path.write_bytes(TAIL + HEAD)
    os.utime(status.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.status(status.model).state is State.READY

    (fault,) = store.verify(["tiny"])
    assert "changed model.bin" in fault.what and "ivr models pull tiny" in fault.fix
    assert store.status(status.model).state is State.DAMAGED
    assert store.pull(["tiny"])[0].path is not None
    assert store.verify(["tiny"]) == []


def test_what_comes_from_a_hub_without_a_hash_is_called_unverified(store: ModelStore, registry: Registry) -> None:
    (status,) = store.pull(["tiny"], source="hub")
    assert registry.asked == ["somebody/tiny:files/model.bin"]
    assert status.state is State.READY and not status.verified
    assert store.verify(["tiny"]) == []


def test_a_model_that_no_manifest_lists_is_pulled_by_its_hub_source_and_remembered(
    store: ModelStore, registry: Registry
) -> None:
    source = "somebody/Voices@main:de/Stimme.onnx"
    (status,) = store.pull([source])
    assert status.path is not None and status.path.read_bytes() == b"from the hub"
    assert store.path(source) == status.path
    known = {s.model.id: s for s in ModelStore(store.folder).list()}
    assert known[status.model.id].state is State.READY and not known[status.model.id].verified


def test_an_unknown_model_is_not_found(store: ModelStore) -> None:
    with pytest.raises(NotFound, match="no-such"):
        store.pull(["no-such"])
    with pytest.raises(NotFound):
        store.path("../../etc@x:passwd")


def test_a_pull_interrupted_by_the_operator_leaves_nothing_half(store: ModelStore, registry: Registry) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.stage == "check":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.pull(["tiny"], on_progress=interrupt)
    assert not (store.folder / "tiny").exists()
    registry.asked.clear()
    assert store.pull(["tiny"])[0].state is State.READY
    assert registry.asked == []


def test_a_folder_that_cannot_be_written_is_the_operators_to_change(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigError, match="IVR_MODELS"):
        ModelStore(tmp_path / "file", downloads=Downloads(registry.wheel)).pull(["piper-en-us-joe-medium"])


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('name = "sub/config.json"', 'name = "../config.json"', "outside"),
        ('job = "voice"', 'job = "singing"', "no job"),
        ('id = "tiny"', "", "lacks 'id'"),
        (f"bytes = {len(HEAD + TAIL)}", "bytes = 3", "add up"),
        ("tiny-1==1.0.0", "--index-url evil", "no package"),
        ("somebody/tiny@v1:", "somebody-tiny:", "no hub source"),
        ("[[model]]", "[[model", "models.toml"),
    ],
)
def test_a_faulty_manifest_names_its_fault(folder: Path, old: str, new: str, fault: str) -> None:
    (folder / "models.toml").write_text(MANIFEST.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=fault):
        ModelStore(folder)


def test_the_products_own_manifest_names_no_host_and_every_default_is_hashed() -> None:
    models = load_manifest()
    assert {m.job for m in models.values() if m.default} == {"speech-to-text", "voice", "embedder", "language-model"}
    for model in models.values():
        assert "://" not in repr(model)
        assert model.licence
        if model.default:
            assert model.wheel or model.packaged


# ── with pip itself, and a folder of wheels for its registry ─────────────────────────────────────────────────────


def test_pip_downloads_what_is_extracted(
    folder: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry.folder))
    (status,) = ModelStore(folder).pull(["tiny"])
    assert status.path is not None and status.path.read_bytes() == HEAD + TAIL


def test_a_package_that_does_not_exist_is_told_from_a_registry_that_is_down(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(registry.folder))
    (tmp_path / "a").mkdir()
    with pytest.raises(ConfigError, match="does not have it"):
        download_wheel("tiny-3==1.0.0", tmp_path / "a", lambda _: None)

    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_RETRIES", "1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    (tmp_path / "b").mkdir()
    with pytest.raises(ConfigError, match="cannot be reached"):
        download_wheel("tiny-1==1.0.0", tmp_path / "b", lambda _: None)
