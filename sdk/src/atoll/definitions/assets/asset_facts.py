"""What can be read of a function and the assets and checks that it makes."""

from __future__ import annotations

from typing import Any, Dict, KeysView, List, Optional, Set

from atoll.definitions.assets.ports import AssetInput, AssetOutput, CheckOutput
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.checks.specs import AssetCheckSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.source import Source
from atoll.errors import DefinitionError, nearest


class AssetFacts:
    """The keys, descriptions and policies of the assets, each by itself and by key."""

    name: str
    source: Source
    outputs: List[AssetOutput]
    inputs: List[AssetInput]
    check_outputs: List[CheckOutput]
    every_output: List[AssetOutput]
    """The outputs of the function itself, of which a subset makes some only."""
    every_check_output: List[CheckOutput]

    @property
    def key(self) -> AssetKey:
        """The key of the only asset."""
        if len(self.outputs) != 1:
            raise DefinitionError(
                "'%s' makes %d assets; ask for `keys`" % (self.name, len(self.outputs)),
                source=self.source,
            )
        return self.outputs[0].key

    asset_key = key

    @property
    def keys(self) -> KeysView[AssetKey]:
        """The keys of all assets that it makes: a set, in order of declaration."""
        return dict.fromkeys(output.spec.key for output in self.outputs).keys()

    @property
    def specs(self) -> List[AssetSpec]:
        """The assets' descriptions, in order of declaration."""
        return [output.spec for output in self.outputs]

    @property
    def specs_by_key(self) -> Dict[AssetKey, AssetSpec]:
        """The assets' descriptions by key."""
        return {spec.key: spec for spec in self.specs}

    def get_asset_spec(self, key: Any = None) -> AssetSpec:
        """The description of one asset: the only one, if no key is given."""
        wanted = self.key if key is None else AssetKey.from_coercible(key)
        found = self.specs_by_key.get(wanted)
        if found is None:
            raise DefinitionError(
                "'%s' does not make %s" % (self.name, wanted),
                hint=nearest(str(wanted), [str(key) for key in self.keys]) or None,
                source=self.source,
            )
        return found

    @property
    def check_specs(self) -> List[AssetCheckSpec]:
        """The checks that its function evaluates too, in order of declaration."""
        return [output.check for output in self.check_outputs]

    @property
    def check_specs_by_output_name(self) -> Dict[str, AssetCheckSpec]:
        """The checks by the name of their output."""
        return {output.name: output.check for output in self.check_outputs}

    @property
    def check_keys(self) -> Set[Any]:
        """The keys of its checks."""
        return {output.check.key for output in self.check_outputs}

    @property
    def check_key(self) -> Any:
        """The key of the only check."""
        if len(self.check_outputs) != 1:
            raise DefinitionError(
                "'%s' evaluates %d checks; ask for `check_keys`"
                % (self.name, len(self.check_outputs)),
                source=self.source,
            )
        return self.check_outputs[0].check.key

    @property
    def keys_by_output_name(self) -> Dict[str, AssetKey]:
        """The key of each output."""
        return {output.name: output.key for output in self.outputs}

    @property
    def keys_by_input_name(self) -> Dict[str, AssetKey]:
        """The key of each asset that it depends on, but does not make, by a name for it.

        The name is that of the parameter that takes its value, if one does.
        """
        found = {value.name: value.key for value in self.inputs}
        taken = {*found.values(), *(output.key for output in self.every_output)}
        for key in self.dependency_keys:
            if key not in taken:
                found["_".join(key.path).replace("-", "_")] = key
        return found

    @property
    def input_names(self) -> List[str]:
        """A name for each asset that it depends on; see `keys_by_input_name`."""
        return list(self.keys_by_input_name)

    @property
    def input_names_by_node_key(self) -> Dict[AssetKey, str]:
        """A name for each asset that it depends on, by its key."""
        return {key: name for name, key in self.keys_by_input_name.items()}

    @property
    def node_keys_by_output_name(self) -> Dict[str, AssetKey]:
        """The key of each output of the function, whether or not it is asked for."""
        return {output.name: output.key for output in self.every_output}

    @property
    def node_keys_by_input_name(self) -> Dict[str, AssetKey]:
        """The key of each asset that it depends on; see `keys_by_input_name`."""
        return self.keys_by_input_name

    @property
    def node_check_specs_by_output_name(self) -> Dict[str, AssetCheckSpec]:
        """The checks by the name of their output, whether or not they are asked for."""
        return {output.name: output.check for output in self.every_check_output}

    @property
    def asset_and_check_keys(self) -> Set[Any]:
        """The keys of its assets and of its checks."""
        return {*self.keys, *self.check_keys}

    @property
    def has_keys(self) -> bool:
        """Whether it makes an asset."""
        return bool(self.outputs)

    @property
    def has_check_keys(self) -> bool:
        """Whether it evaluates a check."""
        return bool(self.check_outputs)

    @property
    def dependency_keys(self) -> KeysView[AssetKey]:
        """The keys of all assets that it depends on: a set, in order of declaration."""
        found = dict.fromkeys(value.key for value in self.inputs)
        found.update(dict.fromkeys(dep.asset_key for spec in self.specs for dep in spec.deps))
        return found.keys()

    @property
    def asset_deps(self) -> Dict[AssetKey, Set[AssetKey]]:
        """For each asset of the function, asked for or not, the keys that it depends on."""
        every = (output.spec for output in self.every_output)
        return {spec.key: {dep.asset_key for dep in spec.deps} for spec in every}

    @property
    def group_names_by_key(self) -> Dict[AssetKey, str]:
        """The group of each asset."""
        return {spec.key: spec.group_name or "default" for spec in self.specs}

    @property
    def metadata_by_key(self) -> Dict[AssetKey, Dict[str, Any]]:
        """The metadata of each asset."""
        return {spec.key: spec.metadata for spec in self.specs}

    @property
    def tags_by_key(self) -> Dict[AssetKey, Dict[str, str]]:
        """The tags of each asset."""
        return {spec.key: spec.tags for spec in self.specs}

    @property
    def descriptions_by_key(self) -> Dict[AssetKey, str]:
        """The description of each asset that has one."""
        return {spec.key: spec.description for spec in self.specs if spec.description}

    @property
    def owners_by_key(self) -> Dict[AssetKey, List[str]]:
        """The owners of each asset."""
        return {spec.key: spec.owners for spec in self.specs}

    @property
    def code_versions_by_key(self) -> Dict[AssetKey, Optional[str]]:
        """The code version of each asset."""
        return {spec.key: spec.code_version for spec in self.specs}

    @property
    def legacy_freshness_policies_by_key(self) -> Dict[AssetKey, Any]:
        """How old each asset may get, of those that say so in the older way."""
        found = {spec.key: spec.legacy_freshness_policy for spec in self.specs}
        return {key: policy for key, policy in found.items() if policy is not None}

    @property
    def freshness_policies_by_key(self) -> Dict[AssetKey, Any]:
        """How old each asset may get, of those that say so."""
        return {s.key: s.freshness_policy for s in self.specs if s.freshness_policy is not None}

    @property
    def auto_materialize_policies_by_key(self) -> Dict[AssetKey, Any]:
        """The automation conditions, as the older kind of policy."""
        found = {spec.key: spec.auto_materialize_policy for spec in self.specs}
        return {key: policy for key, policy in found.items() if policy is not None}

    @property
    def automation_conditions_by_key(self) -> Dict[AssetKey, Any]:
        """When each asset is to be made by itself, of those that say so."""
        return {
            spec.key: spec.automation_condition
            for spec in self.specs
            if spec.automation_condition is not None
        }

    @property
    def partitions_def(self) -> Any:
        """The pieces in which the assets are made, or None.

        Raises:
            DefinitionError: they are not made in the same pieces.
        """
        found: List[Any] = []
        for spec in self.specs:
            if spec.partitions_def is not None and spec.partitions_def not in found:
                found.append(spec.partitions_def)
        if len(found) > 1:
            raise DefinitionError(
                "the assets of '%s' are partitioned in different ways" % self.name,
                hint="ask each spec for its partitions_def",
                source=self.source,
            )
        return found[0] if found else None
