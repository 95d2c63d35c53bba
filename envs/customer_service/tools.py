"""Tools: typed functions over the desk's database, and the JSON schemas an agent is told.

    @tool(changes=True)
    def cancel_order(desk: Desk, order_id: str, reason: str) -> Result: ...

The docstring is Google style: its first line describes the tool, its "Args:" section each argument, one line each.

A tool does what it is told if it technically can. Whether it *should* have been told is the policy's matter, which is
why a tool does not enforce it. What it technically can't do is a `ToolError`: the agent reads it as the tool's result.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from dialogue_gym.envs.customer_service.database import Database

Result = dict[str, Any]


class ToolError(Exception):
    """A call that can't be carried out; its text is the tool's answer."""


@dataclass(slots=True)
class Desk:
    """What tools work on.

    Attributes:
        database: The records.
        today: Today's date, as a day number of the domain's calendar.
        customer: The id of the customer whose identity was verified; None before.
    """

    database: Database
    today: int
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A callable tool.

    Attributes:
        name: The function's name.
        run: The function.
        changes: Whether it writes to the database, so that the customer must have said yes.
        private: Whether it opens or touches an account, so that the customer must be verified.
        parameters: Type and necessity by argument name.
        choices: The values an argument can have, by name, where they are few.
        schema: What an agent is told about it.
    """

    name: str
    run: Callable[..., Result]
    changes: bool
    private: bool
    parameters: Mapping[str, tuple[type, bool]]
    choices: Mapping[str, list[str]]
    schema: dict[str, Any]

    def call(self, desk: Desk, arguments: Mapping[str, Any]) -> Result:
        """Runs it; a fault becomes {"error": ...}."""
        try:
            return self.run(desk, **self.checked(arguments))
        except ToolError as error:
            return {"error": str(error)}

    def checked(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments in the form that `run` takes.

        Raises:
            ToolError: They are incomplete or of the wrong types.
        """
        parameters = self.parameters
        checked = {}
        for name, value in arguments.items():
            if name not in parameters:
                raise ToolError(f"{self.name} takes no argument {name[:40]!r}, only {', '.join(parameters)}")
            kind = parameters[name][0]
            if kind is float:
                if type(value) is int and abs(value) < _LARGEST:
                    value = float(value)
                sound = type(value) is float and abs(value) < _LARGEST
            else:
                sound = type(value) is kind
            if not sound:
                raise ToolError(f"{name} must be {_JSON_TYPES[kind]}")
            if name in self.choices and value not in self.choices[name]:
                raise ToolError(f"{name} must be one of: {', '.join(self.choices[name])}")
            checked[name] = value
        for name, (_, required) in parameters.items():
            if required and name not in checked:
                raise ToolError(f"{self.name} needs {name}")
        return checked


def tool(*, changes: bool = False, private: bool = True) -> Callable[[Callable[..., Result]], Tool]:
    """Makes a tool of a function with typed arguments and a Google-style docstring.

    Args:
        changes: It writes to the database.
        private: It opens or touches an account.
    """

    def wrap(function: Callable[..., Result]) -> Tool:
        signature = inspect.signature(function)
        names = [name for name in signature.parameters if name != "desk"]
        parameters: dict[str, tuple[type, bool]] = {}
        properties: dict[str, dict[str, Any]] = {}
        few: dict[str, list[str]] = {}
        described = _argument_texts(function.__doc__ or "")
        for name in names:
            parameter = signature.parameters[name]
            kind, choices = _kind(parameter.annotation)
            parameters[name] = (kind, parameter.default is inspect.Parameter.empty)
            properties[name] = {"type": _JSON_NAMES[kind], "description": described[name]}
            if choices:
                few[name] = choices
                properties[name]["enum"] = choices
        schema = {
            "type": "function",
            "function": {
                "name": function.__name__,
                "description": (function.__doc__ or "").split("\n")[0],
                "parameters": {
                    "type": "object",
                    "properties": properties,
                    "required": [name for name in names if parameters[name][1]],
                },
            },
        }
        return Tool(function.__name__, function, changes, private, parameters, few, schema)

    return wrap


def toolbox(tools: Iterable[Tool]) -> dict[str, Tool]:
    """Tools by name."""
    return {each.name: each for each in tools}


_LARGEST = 1e9
"""Numbers beyond this, infinities and NaN are no amounts."""
_JSON_TYPES: dict[type, str] = {str: "text", float: "a number", int: "a whole number"}
_JSON_NAMES: dict[type, str] = {str: "string", float: "number", int: "integer"}


def _kind(annotation: Any) -> tuple[type, list[str]]:
    if get_origin(annotation) is Literal:
        return str, list(get_args(annotation))
    assert annotation in _JSON_TYPES, f"a tool's arguments are str, int, float or Literal, not {annotation}"
    return annotation, []


def _argument_texts(docstring: str) -> dict[str, str]:
    """The descriptions under "Args:"."""
    _, _, section = docstring.partition("Args:")
    return {name: " ".join(text.split()) for name, text in re.findall(r"^\s+(\w+): (.+)$", section, re.MULTILINE)}
