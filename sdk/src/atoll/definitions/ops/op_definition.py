"""`OpDefinition`: one function, as a node of graphs."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.schema import ConfigSchema, configured_schema
from atoll.definitions.function import EMPTY, FunctionSpec, clean_doc
from atoll.definitions.op_tags import step_limits
from atoll.definitions.ops.node import NodeDefinition
from atoll.definitions.ops.ports import NO_DEFAULT, In, Out
from atoll.definitions.outcomes import value_type
from atoll.definitions.policies import check_policy
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import as_text, check_name
from atoll.errors import DefinitionError, nearest


class OpDefinition(NodeDefinition):
    """A function that a step executes. Made by `@op`.

    Args:
        compute_fn: the function; of the older kind `(context, inputs)` where `ins` does not name
            its parameters.
        name: letters, digits and underscores.
        ins: its inputs by name.
        outs: its outputs by name.
        description: Markdown.
        config_schema: fields of `context.op_config`.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        tags: of the node.
        version: the older name of `code_version`.
        retry_policy: a `RetryPolicy`.
        code_version: raise it when the logic changes.
        pool: the pool whose limit holds for the step.
        function: what was found out about `compute_fn` already; read from it by default.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """

    def __init__(
        self,
        compute_fn: Callable[..., Any],
        name: str,
        ins: Optional[Mapping[str, In]] = None,
        outs: Optional[Mapping[str, Out]] = None,
        description: Optional[str] = None,
        config_schema: Any = None,
        required_resource_keys: Optional[Iterable[str]] = None,
        tags: Optional[Mapping[str, Any]] = None,
        version: Optional[str] = None,
        retry_policy: Any = None,
        code_version: Optional[str] = None,
        pool: Optional[str] = None,
        *,
        function: Optional[FunctionSpec] = None,
    ):
        self.source: Source = function.source if function else caller_source()
        self.name = check_name(name, "an op", self.source)
        self.takes_inputs_dict = function is None
        self.function = function or FunctionSpec(compute_fn)
        self.compute_fn = compute_fn
        self.ins = dict(ins or {}) if function is None else _ins(self.function, ins or {})
        if outs is None and function is None:
            outs = {"result": Out()}
        self.outs: Dict[str, Out] = dict(outs or {})
        self.description = description
        self.config_schema = None if config_schema is None else ConfigSchema.of(config_schema)
        self.required_resource_keys: Set[str] = set(required_resource_keys or ())
        self.required_resource_keys.update(self.function.resources)
        self.tags = as_text("the op '%s'" % self.name, tags, self.source)
        self.limits = step_limits(tags or {}, self.source)
        self.retry_policy = check_policy(retry_policy, self.source)
        self.version = code_version or version
        self.pool = pool
        self.__name__ = self.name
        self.__doc__ = self.function.doc
        self.__wrapped__ = self.function.fn

    is_asset = False

    def call_directly(self, args: Any, kwargs: Any, alias: Optional[str] = None) -> Any:
        """The function's result, with a context from `build_op_context` where it takes one."""
        from atoll.definitions.invocation import invoke

        return invoke(self, args, kwargs, alias)

    @property
    def positional_inputs(self) -> List[str]:
        """The names of the inputs in the order in which they are passed."""
        own = [parameter.name for parameter in self.function.inputs if parameter.name in self.ins]
        return own + [name for name in self.ins if name not in own]

    @property
    def input_defs(self) -> List[Any]:
        """Its inputs, each with its name."""
        return [_Named(name, value) for name, value in self.ins.items()]

    @property
    def output_defs(self) -> List[Any]:
        """Its outputs, each with its name."""
        return [_Named(name, value) for name, value in self.outs.items()]

    def input_def_named(self, name: str) -> Any:
        """The input of that name."""
        return _Named(name, self.ins[name])

    def output_def_named(self, name: str) -> Any:
        """The output of that name."""
        return _Named(name, self.outs[name])

    def configured(
        self,
        config_or_config_fn: Any,
        name: Optional[str] = None,
        config_schema: Any = None,
        description: Optional[str] = None,
    ) -> OpDefinition:
        """A copy whose config is given, or is made of another config by a function.

        Args:
            config_or_config_fn: the config, or a function of the config of the copy.
            name: of the copy.
            config_schema: of the copy, where a function is given.
            description: Markdown.
        """
        made = copy.copy(self)
        made.name = made.__name__ = check_name(name or self.name, "an op", caller_source())
        made.description = description or self.description
        made.config_schema = configured_schema(schema_of(self), config_or_config_fn, config_schema)
        made._step_schema = None
        return made

    _step_schema: Any = None

    def with_replaced_properties(self, name: str, **changes: Any) -> OpDefinition:
        """A copy under another name, with other inputs, outputs or the like.

        Args:
            name: of the copy.
            changes: arguments of `OpDefinition`.
        """
        made = copy.copy(self)
        made.name = made.__name__ = name
        for key, value in changes.items():
            setattr(made, key, value)
        return made

    def __repr__(self) -> str:
        return "OpDefinition(%r)" % self.name


class _Named:
    """An input or output together with its name."""

    def __init__(self, name: str, declared: Any):
        self.name = name
        self.declared = declared

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.declared, name)


def decorated_op(
    fn: Callable[..., Any],
    *,
    name: Optional[str] = None,
    ins: Optional[Mapping[str, In]] = None,
    out: Any = None,
    description: Optional[str] = None,
    **arguments: Any,
) -> OpDefinition:
    """The op that a decorated function is."""
    function = FunctionSpec(fn)
    return OpDefinition(
        fn,
        name or function.name,
        ins=ins,
        outs=_outs(function, out),
        description=description if description is not None else clean_doc(function.doc),
        function=function,
        **arguments,
    )


def _ins(function: FunctionSpec, given: Mapping[str, In]) -> Dict[str, In]:
    """The inputs: the function's parameters in their order, then those without a parameter."""
    found: Dict[str, In] = {}
    for parameter in function.inputs:
        declared = given.get(parameter.name) or In()
        default = parameter.default if parameter.default is not EMPTY else NO_DEFAULT
        found[parameter.name] = declared.filled(parameter.annotation, default)
    for name, value in given.items():
        if name in found:
            if value.is_nothing:
                raise DefinitionError(
                    "the input '%s' of %s is Nothing, yet its function takes it as a parameter"
                    % (name, function.name),
                    code="definition.bad_signature",
                    hint="take the parameter away: there is no value to pass",
                    source=function.source,
                )
            continue
        if not value.is_nothing and not function.takes_any:
            known = [parameter.name for parameter in function.inputs]
            raise DefinitionError(
                "ins names '%s', but %s has no such parameter" % (name, function.name),
                code="definition.unknown_parameter",
                hint=nearest(name, known)
                or "its parameters are: %s" % (", ".join(known) or "none"),
                source=function.source,
            )
        found[name] = value
    return found


def _outs(function: FunctionSpec, out: Any) -> Dict[str, Out]:
    annotation = value_type(function.returns)
    if out is None:
        return {"result": Out().filled(annotation)}
    if isinstance(out, Out):
        return {"result": out.filled(annotation)}
    if not isinstance(out, Mapping):
        raise DefinitionError(
            "'out' is %.80r" % (out,),
            hint="write out=Out(...), or out={'name': Out(...), ...}",
            source=function.source,
        )
    if len(out) == 1:
        return {name: value.filled(annotation) for name, value in out.items()}
    kinds = getattr(annotation, "__args__", None)
    if getattr(annotation, "__origin__", None) is not tuple or not kinds:
        kinds = [EMPTY] * len(out)
    elif len(kinds) != len(out):
        raise DefinitionError(
            "%s has %d outputs, but its return annotation has %d"
            % (function.name, len(out), len(kinds)),
            code="definition.bad_signature",
            hint="annotate one type per output",
            source=function.source,
        )
    return {name: value.filled(value_type(kind)) for (name, value), kind in zip(out.items(), kinds)}
