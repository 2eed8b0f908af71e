"""What an object store's errors mean, in this package's own.

The library's messages hold addresses and whole answers, in which signed parameters and the names of
keys may stand. So nothing of them is passed on but the status, and the code that S3 and Azure give.
"""

from __future__ import annotations

import re

from obstore.exceptions import InvalidPathError, NotSupportedError, UnknownConfigurationKeyError

from citewright.errors import CitewrightError, SettingsError

_STATUS = re.compile(r"non-2xx status code: (\d{3})")
_REFUSED = re.compile(r"non-2xx status code: 40[13]")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound|specified bucket does not exist")
_METADATA = "http://169.254.169.254/"
"""Asked for credentials by the library where the environment holds none."""

_READ_FROM = (
    "Credentials are read from the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY."
)


def unusable(url: str) -> SettingsError:
    """The error for an URL that cannot be opened with what the environment holds."""
    return SettingsError(
        f"the object store {url} cannot be opened with what the environment holds.",
        hint=_READ_FROM,
    )


def no_bucket(error: BaseException) -> bool:
    """Whether there is not even the bucket in which something was not found."""
    return _NO_BUCKET.search(str(error)) is not None


def explained(url: str, what: str, error: BaseException) -> CitewrightError:
    """The error that one of the library's is told as.

    :param url: of the store, which holds no secret.
    :param what: what could not be done, such as ``"text sha256:… cannot be read"``.
    """
    text = str(error)
    if no_bucket(error):
        return SettingsError(f"there is no bucket for {url}.", hint="Create it first.")
    if _METADATA in text:
        return SettingsError(f"there are no credentials for {url}.", hint=_READ_FROM)
    if "builder error" in text:
        return SettingsError(
            f"the address of {url} is none that may be used.",
            hint="See AWS_ENDPOINT_URL; plain http has to be allowed by AWS_ALLOW_HTTP=true.",
        )
    if _REFUSED.search(text):
        return SettingsError(
            f"{what}: {url} refuses it ({_answer(text)}).",
            hint=f"See that these credentials may read, write and list there. {_READ_FROM}",
        )
    if isinstance(error, InvalidPathError | NotSupportedError | UnknownConfigurationKeyError):
        return unusable(url)
    return CitewrightError(
        f"{what}: {url} gave {_answer(text)}.",
        hint="See that the server runs and can be reached; AWS_ENDPOINT_URL names another one.",
        retry=True,
    )


def _answer(text: str) -> str:
    found = [match[1] for match in (_STATUS.search(text), _CODE.search(text)) if match]
    return " ".join(found) or "no answer"
