"""ResolveChoice: one type for fields that have more of them."""

from collections.abc import Callable, Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as f
from pyspark.sql.types import ArrayType, DataType, StructType

from local_glue.dynamicframe.paths import parse_path, quote
from local_glue.dynamicframe.transforms.editing import Edit, Named, edit
from local_glue.dynamicframe.types.casts import cast
from local_glue.dynamicframe.types.choices import alternatives, as_struct, has_choice, is_choice, pick
from local_glue.dynamicframe.types.glue_types import parse_type, type_name

Specs = Sequence[tuple[str, str]]
_ACTIONS = "cast:TYPE, project:TYPE, make_cols, make_struct"


def resolve_specs(df: DataFrame, specs: Specs) -> DataFrame:
    """Return the rows with each path of the specs resolved by its action.

    Raises:
        ValueError: match_catalog is one of the specs.
    """
    for path, action in specs:
        if action == "match_catalog":
            raise ValueError("match_catalog can't be one of the specs: give it as choice='match_catalog'.")
        df = edit(df, parse_path(path), _edit_for(action))
    return df


def resolve_all(df: DataFrame, action: str) -> DataFrame:
    """Return the rows with every choice, at any depth, resolved by one action."""
    return resolve_specs(df, [(path, action) for path in _choice_paths(df.schema)])


def match_catalog(df: DataFrame, types: Mapping[str, str]) -> DataFrame:
    """Return the rows with each choice cast to its column's type in a table of the Data Catalog."""
    for field in df.schema.fields:
        if is_choice(field.dataType) and field.name.lower() in types:
            df = resolve_specs(df, [(quote(field.name), f"cast:{types[field.name.lower()]}")])
    return df


def as_data_frame(df: DataFrame) -> DataFrame:
    """Return the rows as `toDF` gives them: choices are structs; without one, the rows themselves."""
    if not has_choice(df.schema):
        return df
    columns = [
        f.col(quote(field.name)).cast(as_struct(field.dataType)).alias(field.name)
        if has_choice(field.dataType)
        else f.col(quote(field.name))
        for field in df.schema.fields
    ]
    return df.select(*columns)


def _edit_for(action: str) -> Edit:
    name, _, argument = action.partition(":")
    if name in ("make_cols", "make_struct") and not argument:
        return _make_cols if name == "make_cols" else _make_struct
    if name not in ("cast", "project") or not argument:
        raise ValueError(f"Expected an action of ResolveChoice ({_ACTIONS}), found {action!r}.")
    target = parse_type(argument)
    if target is None:
        raise ValueError(f"Expected a type with a name of its own behind {name}:, found {argument!r}.")
    convert = cast if name == "cast" else _project
    return lambda name, value, kind: [
        (name, _each(value, kind, lambda one, inner: convert(one, inner, target)))
    ]


def _each(value: Column, kind: DataType, convert: Callable[[Column, DataType], Column]) -> Column:
    """Return a converted value; of an array of choices, each element converted."""
    if isinstance(kind, ArrayType) and is_choice(kind.elementType):
        inner = kind.elementType
        return f.transform(value, lambda one: convert(one, inner))
    return convert(value, kind)


def _make_struct(name: str, value: Column, kind: DataType) -> list[Named]:
    return [(name, value.cast(as_struct(kind)))]


def _project(value: Column, kind: DataType, target: DataType) -> Column:
    """Return only the values that are of the type; the others are null."""
    if not is_choice(kind):
        return value
    name = type_name(target)
    return pick(value, name) if name in alternatives(kind) else f.lit(None).cast(target)


def _make_cols(name: str, value: Column, kind: DataType) -> list[Named]:
    if not is_choice(kind):  # the elements of an array have no columns of their own
        return _make_struct(name, value, kind)
    return [(f"{name}_{one}", pick(value, one)) for one in alternatives(kind)]


def _choice_paths(kind: DataType, above: str = "") -> list[str]:
    if isinstance(kind, ArrayType):
        return _choice_paths(kind.elementType, above)
    if not isinstance(kind, StructType):
        return []
    paths: list[str] = []
    for field in kind.fields:
        path = f"{above}.{quote(field.name)}" if above else quote(field.name)
        element = getattr(field.dataType, "elementType", field.dataType)
        paths += [path] if is_choice(element) else _choice_paths(field.dataType, path)
    return paths
