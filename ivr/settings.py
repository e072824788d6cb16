"""Settings: everything an operator can set, as environment variables `IVR_*`. Read by the wiring and the command line.

docs/settings.md is held to this file by a test.
"""

from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ivr.vocabulary.errors import ConfigError
from ivr.vocabulary.voices import read_voices


class Engines(StrEnum):
    REAL = "real"
    "Whisper, Piper, Kokoro and E5 in worker processes."
    SCRIPTED = "scripted"
    "Stand-ins that speak and hear in tones: for tests and for measuring the media path alone."


class LogFormat(StrEnum):
    JSON = "json"
    CONSOLE = "console"


def _packaged(*parts: str) -> Path:
    """A folder that ships with the package: inside it when installed as a wheel, beside it in a checkout."""
    package = Path(str(resources.files("ivr")))
    inside = package.joinpath(*parts) if parts[0] != "prompts" else package.joinpath("_prompts", *parts[1:])
    return inside if inside.exists() else package.parent.joinpath(*parts)


class Settings(BaseSettings):
    """One deployment's settings. Build it with `load`, which says what is wrong in plain words."""

    model_config = SettingsConfigDict(env_prefix="IVR_", extra="ignore", frozen=True)

    data: Path = Path("data")
    "Folder of the database, keys, caches and generated secrets. Back it up; keep it private."
    models: Path | None = None
    "Folder of the model files. Unset: `models` inside the data folder."
    host: str = "127.0.0.1"
    "Address to listen on. Keep 127.0.0.1 behind a reverse proxy."
    port: int = Field(default=8080, ge=0, le=65_535)
    "Port to listen on; 0 picks a free one."
    exchange_port: int = Field(default=0, ge=0, le=65_535)
    "Port of the local telephone exchange, when no carrier is configured; 0 picks a free one."
    public_url: str = ""
    "Address at which the carrier reaches this server, https and without a path, such as https://voice.example.com."
    twilio_account_sid: str = ""
    "Twilio account, `AC…`. Unset: calls come over the local exchange."
    twilio_auth_token: SecretStr = SecretStr("")
    "Twilio auth token: verifies webhooks and signs REST requests."
    twilio_api_key: str = ""
    "Twilio API key, `SK…`: lets the desk's page be a telephone. Goes together with its secret."
    twilio_api_secret: SecretStr = SecretStr("")
    "The API key's secret: signs the tokens with which pages register as telephones."
    twilio_number: str = ""
    "The telephone number callers dial, E.164. Used by `ivr twilio check`."
    twilio_api_url: str = ""
    "Another address for Twilio's REST, for a proxy or for tests. Unset: Twilio's own."
    flow: Path | None = None
    "The call flow, a YAML file. Unset: the demo bank's."
    hours: Path | None = None
    "The opening hours, a YAML file. Unset: `hours.yaml` beside the flow, or beside the folder of answers."
    queues: Path | None = None
    "The queues, a YAML file. Unset: `queues.yaml` beside the opening hours."
    policies: Path | None = None
    "Which topics a person looks at first, or answers alone, a YAML file. Unset: `policies.yaml` beside the flow."
    knowledge: Path | None = None
    "Folder of approved answers. Unset: the demo bank's."
    link_domains: str = ""
    "Domains to which imported documents may link, parted by commas, each with all below it: `bank.example`."
    signals: Path | None = None
    "Folder of example phrases for what callers signal (a person, goodbye, yes, no). Unset: the demo bank's."
    escalation: Path | None = None
    "Folder of what callers say who are to be handed to a person. Unset: `escalation` beside the flow."
    prompts: Path | None = None
    "Folder of the words that callers hear, one file per language. Unset: the ones that ship."
    customers: str = ""
    "The customer records: a CSV file, an https address with {number}, or a database's SQLAlchemy URL."
    customers_query: str = ""
    "With a database: the query that finds a customer by :number. Its further columns are facts."
    customers_verify: str = ""
    "What callers are verified by. With a database: a query that selects it by :number; with an address: where to ask."
    customers_token: SecretStr = SecretStr("")
    "With an address: sent as a bearer token."
    customers_fields: str = ""
    "With an address: where fields and facts stand in its answer, such as `name=contact.full_name,balance=account.due`."
    customers_timeout_s: float = Field(default=2.0, gt=0.0, le=60.0)
    "How long an address or a database may take over a customer."
    engines: Engines = Engines.REAL
    "`real`, or `scripted` stand-ins that need no models."
    hearing_model: str = "whisper-base"
    "The recogniser: a model of `ivr models list`."
    hearing_workers: int = Field(default=2, ge=1, le=64)
    "Processes that recognise speech."
    hearing_threads: int = Field(default=2, ge=1, le=64)
    "Threads of each: two take a third less time, as long as there are few calls for each core."
    meaning_threads: int = Field(default=2, ge=1, le=64)
    "Threads that make out what a question means: two take a third less time."
    llm: str = "embedded"
    "The language model: `embedded`, `none`, or the address of an OpenAI-compatible endpoint, ending in /v1."
    llm_model: str = ""
    "With an address: the model's name there."
    llm_key: SecretStr = SecretStr("")
    "With an address: its key, sent as a bearer token."
    llm_languages: str = "en"
    "Languages that the model may write, such as `en,es`; `*` is every one."
    llm_threads: int = Field(default=1, ge=1, le=64)
    "Threads of the embedded model. More than there are idle cores make it slower, not faster."
    llm_connect_ms: float = Field(default=500.0, ge=10.0, le=5_000.0)
    "How long connecting to the endpoint may take."
    llm_first_ms: float = Field(default=650.0, ge=10.0, le=10_000.0)
    "How long the model may take to begin."
    llm_second_ms: float = Field(default=400.0, ge=0.0, le=10_000.0)
    "With an address: after this silence a second request is made beside the first; 0 makes none."
    llm_sentence_ms: float = Field(default=700.0, ge=10.0, le=2_500.0)
    "How long a caller waits for the model's first sentence that passes, before the passage's own words are spoken."
    llm_answer_ms: float = Field(default=1_200.0, ge=10.0, le=2_800.0)
    "How long for all of its sentences."
    llm_call_tokens: int = Field(default=20_000, ge=0, le=10_000_000)
    "What one call may spend on the model, read and written together, in tokens (about four letters each)."
    entailment_url: str = ""
    "Where claims are judged: a natural language inference server's `/predict`. Unset: extracts of passages alone pass."
    entailment_key: SecretStr = SecretStr("")
    "Its key, sent as a bearer token."
    entailment_least: float = Field(default=0.9, ge=0.5, le=1.0)
    "Least chance at which a claim counts as following from the passages."
    speaking_workers: int = Field(default=1, ge=1, le=64)
    "Processes that speak."
    voices: str = ""
    "Which voice speaks which language, such as `es=piper:es_ES-davefx-medium,fr=espeak`. Others keep their default."
    patience: float = Field(default=1.0, ge=0.5, le=3.0)
    "Stretches the silence after which a caller has finished, wherever their words leave doubt."
    room_transcripts: bool = True
    "Write down what caller and agent say to each other, for the desk. Tell both of it, where the law asks you to."
    near_dbfs: float = Field(default=-26.0, ge=-50.0, le=-10.0)
    "Level that the loudest syllable of a caller reaches; who is weaker is a voice far from the telephone."
    drain_s: float = Field(default=20.0, ge=0.0, le=3_600.0)
    "How long calls in progress may take to finish when the server is told to stop."
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    "Least level of log lines that are written."
    log_format: LogFormat = LogFormat.JSON
    "`json`, one object a line, or `console` for people."
    strict_exchange: bool = False
    "The local exchange reports every breach of the carrier's protocol."
    speed: float = Field(default=1.0, gt=0.0, le=100.0)
    "How fast time passes for calls over the local exchange, with scripted engines: for tests. Real engines: 1."

    @field_validator("voices")
    @classmethod
    def _voices_readable(cls, text: str) -> str:
        read_voices(text)
        return text

    @model_validator(mode="after")
    def _model_whole(self) -> Self:
        if self.llm not in {"embedded", "none"} and not self.llm.startswith(("http://", "https://")):
            raise ValueError("IVR_LLM must be embedded, none, or an address such as https://models.example.com/v1")
        if self.llm.startswith("http") and not self.llm_model:
            raise ValueError("IVR_LLM_MODEL must be set when IVR_LLM is an address: an endpoint may serve many models")
        if self.llm_sentence_ms > self.llm_answer_ms:
            raise ValueError("IVR_LLM_SENTENCE_MS is part of IVR_LLM_ANSWER_MS: it cannot be longer")
        return self

    @model_validator(mode="after")
    def _carrier_whole(self) -> Self:
        if bool(self.twilio_account_sid) != bool(self.twilio_auth_token.get_secret_value()):
            raise ValueError("IVR_TWILIO_ACCOUNT_SID and IVR_TWILIO_AUTH_TOKEN go together: set both, or neither")
        if bool(self.twilio_api_key) != bool(self.twilio_api_secret.get_secret_value()):
            raise ValueError("IVR_TWILIO_API_KEY and IVR_TWILIO_API_SECRET go together: set both, or neither")
        if self.twilio_api_key and not self.twilio_account_sid:
            raise ValueError("IVR_TWILIO_API_KEY is a key of an account: set IVR_TWILIO_ACCOUNT_SID too")
        if self.twilio_account_sid and not self.public_url:
            raise ValueError("IVR_PUBLIC_URL must be set when a Twilio account is: its webhooks are signed with it")
        if self.public_url and not self.public_url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("IVR_PUBLIC_URL must begin with https:// (http is for 127.0.0.1 only)")
        if self.speed != 1.0 and self.engines is Engines.REAL:
            raise ValueError("IVR_SPEED is for scripted engines: real ones hear and speak in real time")
        return self

    @property
    def has_carrier(self) -> bool:
        """Whether a real carrier is configured; else the local exchange stands for it."""
        return bool(self.twilio_account_sid)

    @property
    def models_dir(self) -> Path:
        return self.models or self.data / "models"

    @property
    def run_dir(self) -> Path:
        """Sockets, process ids and the command line's token: of this start only."""
        return self.data / "run"

    @property
    def flow_file(self) -> Path:
        return self.flow or _packaged("demo", "bank", "flow.yaml")

    @property
    def hours_file(self) -> Path:
        beside = self.flow_file.parent / "hours.yaml"
        answers = self.knowledge_dir.parent / "hours.yaml"
        return self.hours or (answers if answers.exists() and not beside.exists() else beside)

    @property
    def queues_file(self) -> Path:
        return self.queues or self.hours_file.parent / "queues.yaml"

    @property
    def policies_file(self) -> Path:
        beside = self.flow_file.parent / "policies.yaml"
        answers = self.knowledge_dir.parent / "policies.yaml"
        return self.policies or (answers if answers.exists() and not beside.exists() else beside)

    @property
    def knowledge_dir(self) -> Path:
        return self.knowledge or _packaged("demo", "bank", "knowledge")

    @property
    def link_domains_listed(self) -> tuple[str, ...]:
        return tuple(each for each in self.link_domains.replace(",", " ").casefold().split())

    @property
    def demo_documents(self) -> Path | None:
        """The demo bank's documents, where its flow and its answers are those in use."""
        theirs = self.flow is not None or self.knowledge is not None
        return None if theirs else _packaged("demo", "bank", "documents")

    @property
    def customers_source(self) -> str:
        """What was set, else `customers.csv` beside the flow when it is there, else \"\"."""
        beside = self.flow_file.parent / "customers.csv"
        return self.customers or (str(beside) if beside.exists() else "")

    @property
    def signals_dir(self) -> Path:
        return self.signals or _packaged("demo", "bank", "signals")

    @property
    def escalation_dir(self) -> Path:
        """What was set, else what stands beside the flow, else the demo's."""
        beside = self.flow_file.parent / "escalation"
        return self.escalation or (beside if beside.exists() else _packaged("demo", "bank", "escalation"))

    @property
    def prompts_dir(self) -> Path:
        return self.prompts or _packaged("prompts", "spoken")

    @property
    def spoken_dirs(self) -> tuple[Path, ...]:
        """Where words to be spoken are looked for: what ships, then the operator's own."""
        return tuple(dict.fromkeys((_packaged("prompts", "spoken"), self.prompts_dir)))

    @property
    def instructions_dir(self) -> Path:
        """What language models are told."""
        return _packaged("prompts", "instructions")

    @property
    def llm_tongues(self) -> tuple[str, ...]:
        """The languages that the model may write, by primary subtag."""
        named = (each.strip().partition("-")[0].lower() for each in self.llm_languages.split(","))
        return tuple(dict.fromkeys(each for each in named if each))

    @property
    def screen_dir(self) -> Path:
        return _packaged("prompts", "screen")


def load() -> Settings:
    """The settings of this environment. Raises ConfigError naming each setting that is wrong, and why."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [_fault(tuple(each["loc"]), each["msg"]) for each in error.errors()]
        raise ConfigError("; ".join(faults), where="settings", fix="See docs/settings.md.") from error


def _fault(location: tuple[int | str, ...], message: str) -> str:
    name = f"IVR_{str(location[0]).upper()}: " if location else ""
    return name + message.removeprefix("Value error, ")
