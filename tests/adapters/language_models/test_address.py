"""Which addresses of endpoints may be used."""

import pytest

from ivr.adapters.openai.address import check_endpoint, is_this_machine
from ivr.vocabulary.errors import ConfigError


@pytest.mark.parametrize(
    "url",
    [
        "https://models.example.com/v1",
        "https://models.example.com:8443/openai/v1",
        "http://127.0.0.1:11434/v1",
        "http://localhost:8000/v1",
        "http://[::1]:8000/v1",
        "http://10.1.2.3/v1",
        "http://192.168.1.7:1234/v1",
        "http://ollama:11434/v1",
        "http://gpu.internal:8000/v1",
    ],
)
def test_https_anywhere_and_http_within(url: str) -> None:
    assert check_endpoint(url + "/", where="IVR_LLM") == url


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://models.example.com/v1", "http is for"),
        ("http://8.8.8.8/v1", "http is for"),
        ("ftp://models.example.com/v1", "must begin with"),
        ("https:///v1", "must begin with"),
        ("https://key@models.example.com/v1", "name or a password"),
        ("https://user:hunter2@models.example.com/v1", "name or a password"),
        ("https://models.example.com", "must end in /v1"),
        ("https://models.example.com/v1?key=hunter2", "must end in /v1"),
        ("https://models.example.com/v1#x", "must end in /v1"),
        ("http://169.254.169.254/v1", "no server's address"),
        ("https://169.254.169.254/v1", "no server's address"),
        ("http://[::ffff:169.254.169.254]/v1", "no server's address"),
        ("http://0.0.0.0/v1", "no server's address"),
        ("http://[fe80::1]/v1", "no server's address"),
        ("https://models.example.com:99999/v1", "cannot be read"),
        ("https://models.example.com\t/v1", "blanks or signs"),
        ("https://models.example.com\\@evil.example/v1", "blanks or signs"),
    ],
)
def test_any_other_is_refused_in_words_that_name_the_setting_and_never_its_secrets(url: str, what: str) -> None:
    with pytest.raises(ConfigError, match="IVR_LLM") as refused:
        check_endpoint(url, where="IVR_LLM")
    assert what in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_no_proxy_stands_before_this_machine() -> None:
    assert is_this_machine("http://127.0.0.1:1/v1")
    assert is_this_machine("http://localhost/v1")
    assert not is_this_machine("http://10.0.0.1/v1")
