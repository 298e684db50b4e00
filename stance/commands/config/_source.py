"""What Hydra finds beside YAML files: the schemas, and a config for each study that needs no YAML of its own."""

from typing import Any

from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import OmegaConf

from stance.commands.config._folders import config_folders, studies
from stance.commands.config._schemas import schema_named

SCHEMA = "schema"


class StanceSource(ConfigSource):
    """Configs made as they are asked for.

    Hydra's own store would be copied whole, with every schema in it, for each of the groups that `--help` lists.
    """

    @staticmethod
    def scheme() -> str:
        """Return the scheme of the address in Hydra's search path."""
        return "stance"

    def load_config(self, config_path: str) -> ConfigResult:
        """Return the schema or the study at a path; raises ConfigLoadError where there is neither."""
        found = _find(config_path)
        if found is None:
            raise ConfigLoadError(f"no schema and no study at {config_path}")
        config = OmegaConf.structured(found) if isinstance(found, type) else OmegaConf.create(found)
        return ConfigResult(
            config=config, path=f"stance://{config_path}", provider=self.provider, header={"package": None}
        )

    def is_group(self, config_path: str) -> bool:
        """Return whether there is such a group; that of the schemas is not shown."""
        return config_path in ("", "dataset")

    def is_config(self, config_path: str) -> bool:
        """Return whether there is such a schema or study."""
        return _find(config_path) is not None

    def available(self) -> bool:
        """Return True: nothing has to be there."""
        return True

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """Return the studies for the group of datasets, nothing else: schemas are no choices."""
        if config_path.strip("/") == "dataset" and results_filter in (None, ObjectType.CONFIG):
            return list(_studies())
        return []


class SearchPath(SearchPathPlugin):
    """Search ./configs before the configs that ship, and after both what is made as it is asked for."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Add the folder's own configs and the made ones to Hydra's search path."""
        own = config_folders()[:-1]
        for folder in own:
            search_path.prepend("own", f"file://{folder}", anchor="main")
        # Hydra puts --config-dir before the first source of this name: a YAML there must come before what is made
        search_path.append("schema", "stance://")


def register() -> None:
    """Tell Hydra of both, by its plugins; to do so again changes nothing."""
    for plugin in (StanceSource, SearchPath):
        if plugin not in Plugins.instance().discover():
            Plugins.instance().register(plugin)


def _studies() -> dict[str, str]:
    """Return the folder of each study in ./seeds by its name."""
    return {folder.name: str(folder) for folder in studies()}


def _find(config_path: str) -> type | dict[str, Any] | None:
    """Return the schema at a path, or what a YAML for the study would say; None where there is neither."""
    group, _, name = config_path.removesuffix(".yaml").rpartition("/")
    if group == "dataset" and name in _studies():
        return {"defaults": ["/schema/dataset/build_from_study@_here_", "_self_"], "study": _studies()[name]}
    if group.split("/")[0] != SCHEMA:
        return None
    return schema_named(group.removeprefix(SCHEMA).strip("/"), name)
