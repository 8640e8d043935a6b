"""The name that the package gives to a decoded JSON object."""

from typing import Any

Json = dict[str, Any]
