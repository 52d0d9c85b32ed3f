"""Transforms of AWS's models: scripts may import them, and what uses one is told so."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest
from glue_service.servers import ROOT

from local_glue.dynamicframe.refusals import refused

_FILE = ROOT / "packages/local-glue/src/local_glue/awsglue_shim/awsglueml/transforms.py"


@pytest.fixture
def transforms() -> ModuleType:
    """The module as a job imports it: by its path, without the packages around it."""
    refused.clear()
    spec = spec_from_file_location("awsglueml_transforms", _FILE)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_transform_is_refused_by_its_name_where_it_is_used(transforms: ModuleType) -> None:
    for name in transforms.__all__:
        with pytest.raises(
            NotImplementedError, match=f"awsglueml's {name} is not here: it needs AWS's models"
        ):
            getattr(transforms, name)()
        with pytest.raises(NotImplementedError, match=name):
            getattr(transforms, name).apply(frame=None)
    assert len(refused) == 2 * len(transforms.__all__)
