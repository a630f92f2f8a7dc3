"""`OpDefinition`: one function, as a node of graphs."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.schema import ConfigSchema, configured_schema
from atoll.definitions.function import EMPTY, FunctionSpec, clean_doc, compute_function
from atoll.definitions.op_tags import step_limits
from atoll.definitions.ops.annotated_outputs import outs_of
from atoll.definitions.ops.node import NodeDefinition
from atoll.definitions.ops.ports import NO_DEFAULT, In, Out
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
        self.function = function or compute_function(compute_fn, takes_rest=True)
        self.compute_fn = compute_fn
        self.ins = dict(ins or {}) if function is None else _ins(self.function, ins or {})
        if outs is None and function is None:
            outs = {"result": Out()}
        self.version = code_version or version
        self.outs: Dict[str, Out] = {
            key: value.filled(EMPTY, code_version=self.version)
            for key, value in (outs or {}).items()
        }
        self.description = description
        self.config_schema = None if config_schema is None else ConfigSchema.of(config_schema)
        self.required_resource_keys: Set[str] = set(required_resource_keys or ())
        self.required_resource_keys.update(self.function.resources)
        self.tags = as_text("the op '%s'" % self.name, tags, self.source)
        self.limits = step_limits(tags or {}, self.source)
        self.retry_policy = check_policy(retry_policy, self.source)
        self.pool = pool
        self.__name__ = self.function.name
        self.__doc__ = self.function.doc
        self.__wrapped__ = self.function.fn

    is_asset = False
    _takes_name = True

    def call_directly(self, args: Any, kwargs: Any, alias: Optional[str] = None) -> Any:
        """The function's result, with a context from `build_op_context` where it takes one."""
        from atoll.definitions.invocation import invoke

        return invoke(self, args, kwargs, alias)

    @property
    def positional_inputs(self) -> List[str]:
        """The names of the inputs in the order in which they are passed."""
        own = [parameter.name for parameter in self.function.inputs if parameter.name in self.ins]
        rest = [name for name in self.ins if name not in own]
        has_places = (
            len(rest) == 1
            or self.takes_inputs_dict
            or all(self.ins[name].is_nothing for name in rest)
        )
        return own + rest if has_places else own  # `**kwargs` has no order

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
        made.name = check_name(name or self.name, "an op", caller_source())
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
        made.name = name
        for key, value in changes.items():
            setattr(made, key, value)
        return made

    def __repr__(self) -> str:
        return "OpDefinition(%r)" % self.name


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
    function = compute_function(fn)
    return OpDefinition(
        fn,
        name or function.name,
        ins=ins,
        outs=outs_of(function, out),
        description=description if description is not None else clean_doc(function.doc),
        function=function,
        **arguments,
    )


def _ins(function: FunctionSpec, given: Mapping[str, In]) -> Dict[str, In]:
    """The inputs: the function's parameters in their order, then those without a parameter."""
    found: Dict[str, In] = {}
    for parameter in function.inputs:
        if parameter.annotation in (None, type(None)):
            raise _nothing(function, parameter.name)
        declared = given.get(parameter.name) or In()
        default = parameter.default if parameter.default is not EMPTY else NO_DEFAULT
        found[parameter.name] = declared.filled(parameter.annotation, default)
    for name, value in given.items():
        if name in found:
            if value.is_nothing:
                raise _nothing(function, name)
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


def _nothing(function: FunctionSpec, name: str) -> DefinitionError:
    return DefinitionError(
        "the input '%s' of %s is Nothing, yet its function takes it as a parameter"
        % (name, function.name),
        code="definition.bad_signature",
        hint="take the parameter away, there is no value to pass: ins={'%s': In(Nothing)}" % name,
        source=function.source,
    )
