"""The printed examples of AWS's page "DynamicFrame class": its calls, its schemas, counts and rows."""

from __future__ import annotations

import json

import pytest
from glue_service.glue_scripts import HEAD, Case, ScriptRunner, Table


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


FRIENDS = lines(
    {"name": "Sally", "age": 23, "location": {"state": "WY", "county": "Fremont"}, "friends": []},
    {
        "name": "Varun",
        "age": 34,
        "location": {"state": "NE", "county": "Douglas"},
        "friends": [{"name": "Arjun", "age": 3}],
    },
    {
        "name": "George",
        "age": 52,
        "location": {"state": "NY"},
        "friends": [{"name": "Fred"}, {"name": "Amy", "age": 15}],
    },
    {"name": "Haruki", "age": 21, "location": {"state": "AK", "county": "Denali"}},
    {"name": "Sheila", "age": 63, "friends": [{"name": "Nancy", "age": 22}]},
)
DROP_FIELDS = Case(
    "drop_fields",
    HEAD
    + """
friends = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://docs-friends/friends.json"]}, "json"
)
friends.printSchema()
friends = friends.drop_fields(paths=["age", "location.county", "friends.age"])
friends.printSchema()
print(friends.count())
""",
    files={"s3://docs-friends/friends.json": FRIENDS},
    prints="""\
root
|-- name: string
|-- age: int
|-- location: struct
|    |-- state: string
|    |-- county: string
|-- friends: array
|    |-- element: struct
|    |    |-- name: string
|    |    |-- age: int

root
|-- name: string
|-- location: struct
|    |-- state: string
|-- friends: array
|    |-- element: struct
|    |    |-- name: string

5
""",
)
ERRORS = Case(
    "errorsAsDynamicFrame",
    HEAD
    + """
errors = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://docs-errors/error_data.json"]}, "json"
)
errors.printSchema()
errors.toDF().orderBy("id").show()
print("Errors count:", str(errors.errorsCount()))
error_record = errors.errorsAsDynamicFrame().toDF().head()
error_fields = error_record["error"]
print(list(error_fields.asDict().keys()))
print(error_fields["msg"], "|", "from_options" in error_fields["callsite"]["site"])
""",
    files={
        "s3://docs-errors/error_data.json": """\
{"id": 1, "name": "george", "surname": "washington", "height": 178}
{"id": 2, "name": "benjamin", "surname": "franklin",
{"id": 3, "name": "alexander", "surname": "hamilton", "height": 171}
{"id": 4, "name": "john", "surname": "jay", "height": 190}
"""
    },
    prints="""\
root
|-- id: int
|-- name: string
|-- surname: string
|-- height: int

+---+------+----------+------+
| id|  name|   surname|height|
+---+------+----------+------+
|  1|george|washington|   178|
|  4|  john|       jay|   190|
+---+------+----------+------+

Errors count: 1
['callsite', 'msg', 'stackTrace', 'input', 'bytesread', 'source', 'dynamicRecord']
error in jackson reader | True
""",
)
MEDICARE = """\
Provider Id,Provider Name,Provider Street Address,Provider City,Provider State,Provider Zip Code
10001,SOUTHEAST,1108 ROSS CLARK CIRCLE,DOTHAN,AL,36301
10005,MARSHALL,2505 U S HIGHWAY 431 NORTH,BOAZ,AL,35957
50057,KAWEAH,400 WEST MINERAL KING AVE,VISALIA,CA,93291
50108,SUTTER,2801 L STREET,SACRAMENTO,CA,95816
"""
READ_MEDICARE = """
medicare = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://docs-medicare/Medicare_Hospital_Provider.csv"]}, "csv", {"withHeader": True}
)
"""
FILTER = Case(
    "filter",
    HEAD
    + READ_MEDICARE
    + """
sac_or_mon = medicare.filter(
    f=lambda x: x["Provider State"] in ["CA", "AL"] and x["Provider City"] in ["SACRAMENTO", "MONTGOMERY"]
)
print("Unfiltered record count: ", medicare.count())
print("Filtered record count:  ", sac_or_mon.count())
sac_or_mon.show()
""",
    files={"s3://docs-medicare/Medicare_Hospital_Provider.csv": MEDICARE},
    prints="""\
Unfiltered record count:  4
Filtered record count:   1
{"Provider Id": "50108", "Provider Name": "SUTTER", "Provider Street Address": "2801 L STREET", \
"Provider City": "SACRAMENTO", "Provider State": "CA", "Provider Zip Code": "95816"}

""",
)
MAP_UNNEST_UNBOX = Case(
    "map, unnest and unbox",
    HEAD
    + READ_MEDICARE
    + """
def MergeAddress(rec):
    rec["Address"] = {}
    rec["Address"]["Street"] = rec["Provider Street Address"]
    rec["Address"]["City"] = rec["Provider City"]
    rec["Address"]["State"] = rec["Provider State"]
    rec["Address"]["Zip.Code"] = rec["Provider Zip Code"]
    rec["Address"]["Array"] = [rec["Provider City"], rec["Provider State"]]
    del rec["Provider Street Address"]
    del rec["Provider City"]
    del rec["Provider State"]
    del rec["Provider Zip Code"]
    return rec

mapped_medicare = medicare.map(f=MergeAddress)
mapped_medicare.printSchema()
mapped_medicare.unnest().printSchema()
print(mapped_medicare.unnest().drop_fields(["`Address.Zip.Code`", "`Address.Array`"]).toDF().columns)

import json
def AsText(rec):
    rec["AddressString"] = json.dumps(rec["Address"])
    del rec["Address"]
    return rec

unboxed = Map.apply(frame=mapped_medicare, f=AsText).unbox("AddressString", "json")
unboxed.printSchema()
print(unboxed.toDF().select("AddressString.City", "AddressString.Array").first())
""",
    files={"s3://docs-medicare/Medicare_Hospital_Provider.csv": MEDICARE},
    prints="""\
root
|-- Provider Id: string
|-- Provider Name: string
|-- Address: struct
|    |-- Street: string
|    |-- City: string
|    |-- State: string
|    |-- Zip.Code: string
|    |-- Array: array
|    |    |-- element: string

root
|-- Provider Id: string
|-- Provider Name: string
|-- Address.Street: string
|-- Address.City: string
|-- Address.State: string
|-- Address.Zip.Code: string
|-- Address.Array: array
|    |-- element: string

['Provider Id', 'Provider Name', 'Address.Street', 'Address.City', 'Address.State']
root
|-- Provider Id: string
|-- Provider Name: string
|-- AddressString: struct
|    |-- Street: string
|    |-- City: string
|    |-- State: string
|    |-- Zip.Code: string
|    |-- Array: array
|    |    |-- element: string

Row(City='DOTHAN', Array=['DOTHAN', 'AL'])
""",
)
RESOLVE_CHOICE = Case(
    "resolveChoice of a catalog table",
    HEAD
    + """
medicare = glueContext.create_dynamic_frame.from_catalog(
    database="payments", table_name="medicare_hospital_provider_csv"
)
medicare.printSchema()
medicare.toDF().select("provider id").show()
medicare_resolved_long = medicare.resolveChoice(specs=[("provider id", "cast:long")])
medicare_resolved_long.printSchema()
medicare_resolved_long.toDF().select("provider id").show()
medicare_resolved_cols = medicare.resolveChoice(choice="make_cols")
medicare_resolved_cols.printSchema()
medicare_resolved_cols.toDF().select("provider id_long", "provider id_string").show()
medicare.resolveChoice(
    choice="match_catalog", database="payments", table_name="medicare_hospital_provider_csv"
).printSchema()
""",
    files={"s3://docs-payments/medicare/a.csv": "039,10001,36301\n039,10005,35957\n040,n/a,\n"},
    tables=(
        Table(
            "payments.medicare_hospital_provider_csv",
            "s3://docs-payments/medicare/",
            {"drg definition": "string", "provider id": "bigint", "provider zip code": "bigint"},
            "csv",
        ),
    ),
    prints="""\
root
|-- drg definition: string
|-- provider id: choice
|    |-- long
|    |-- string
|-- provider zip code: long

+-------------+
|  provider id|
+-------------+
|{10001, NULL}|
|{10005, NULL}|
|  {NULL, n/a}|
+-------------+

root
|-- drg definition: string
|-- provider id: long
|-- provider zip code: long

+-----------+
|provider id|
+-----------+
|      10001|
|      10005|
|       NULL|
+-----------+

root
|-- drg definition: string
|-- provider id_long: long
|-- provider id_string: string
|-- provider zip code: long

+----------------+------------------+
|provider id_long|provider id_string|
+----------------+------------------+
|           10001|              NULL|
|           10005|              NULL|
|            NULL|               n/a|
+----------------+------------------+

root
|-- drg definition: string
|-- provider id: long
|-- provider zip code: long

""",
)
PERSONS = lines(
    {"family_name": "Collins", "name": "Michael Collins", "id": "p1", "birth_date": "1944-10-15"},
    {"family_name": "Huizenga", "name": "Bill Huizenga", "id": "p2", "birth_date": "1969-01-31"},
    {"family_name": "Alone", "name": "A. Lone", "id": "p3", "birth_date": "2000-01-01"},
)
MEMBERSHIPS = lines(
    {"person_id": "p1", "organization_id": "o1", "start_date": "2013-01-03"},
    {"person_id": "p2", "organization_id": "o1", "start_date": "2015-01-06"},
)
ORGS = lines(
    {"id": "o1", "name": "House", "seats": 435, "other_names": [{"lang": "en", "name": "The House"}]}
)
LEGISLATORS = Case(
    "apply_mapping, rename_field, join, select_fields and spigot of the legislators",
    HEAD
    + """
read = lambda name: glueContext.create_dynamic_frame.from_catalog(database="legislators", table_name=name)
persons, memberships, orgs = read("persons_json"), read("memberships_json"), read("organizations_json")
persons.apply_mapping(
    [
        ("family_name", "String", "last_name", "String"),
        ("name", "String", "first_name", "String"),
        ("birth_date", "String", "date_of_birth", "Date"),
    ]
).printSchema()
persons_memberships = persons.join(paths1=["id"], paths2=["person_id"], frame2=memberships)
orgs = orgs.drop_fields(["other_names", "identifiers"])
orgs = orgs.rename_field("id", "org_id").rename_field("name", "org_name")
orgs.printSchema()
legislators_combined = orgs.join(
    paths1=["org_id"], paths2=["organization_id"], frame2=persons_memberships
).drop_fields(["person_id", "org_id"])
print(sorted(legislators_combined.toDF().columns))
print(sorted(row["name"] for row in legislators_combined.toDF().collect()))
names = persons.select_fields(paths=["family_name", "birth_date"])
names.printSchema()
names.spigot(path="s3://docs-legislators/spigot/", options={"topk": 10})
""",
    files={
        "s3://docs-legislators/persons/a.json": PERSONS,
        "s3://docs-legislators/memberships/a.json": MEMBERSHIPS,
        "s3://docs-legislators/orgs/a.json": ORGS,
    },
    tables=(
        Table("legislators.persons_json", "s3://docs-legislators/persons/", {"id": "string"}, "json"),
        Table("legislators.memberships_json", "s3://docs-legislators/memberships/", {}, "json"),
        Table("legislators.organizations_json", "s3://docs-legislators/orgs/", {"seats": "int"}, "json"),
    ),
    prints="""\
root
|-- last_name: string
|-- first_name: string
|-- date_of_birth: date

root
|-- org_id: string
|-- org_name: string
|-- seats: int

['birth_date', 'family_name', 'id', 'name', 'org_name', 'organization_id', 'seats', 'start_date']
['Bill Huizenga', 'Michael Collins']
root
|-- family_name: string
|-- birth_date: string

""",
    writes={
        "s3://docs-legislators/spigot/": [
            {"family_name": "Collins", "birth_date": "1944-10-15"},
            {"family_name": "Huizenga", "birth_date": "1969-01-31"},
            {"family_name": "Alone", "birth_date": "2000-01-01"},
        ]
    },
)
CONTACTS = lines(
    {
        "org": "House",
        "contact_details": [{"type": "fax", "value": "202-1"}, {"type": "phone", "value": "202-2"}],
        "place": {"city": "DC"},
    },
    {"org": "Senate", "contact_details": [{"type": "phone", "value": "202-3"}], "place": {"city": "DC"}},
)
RELATIONALIZE = Case(
    "relationalize, split_fields, split_rows and mergeDynamicFrame",
    HEAD
    + """
combined = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://docs-contacts/"]}, "json")
relationalized = combined.relationalize("l_root", "s3://docs-contacts-tmp/")
print(sorted(relationalized.keys()))
relationalized.select("l_root").printSchema()
details = relationalized.select("l_root_contact_details")
details.printSchema()
details.toDF().orderBy(["id", "index"]).show()
both = details.split_fields(["id", "index"], "left", "right")
both.select("left").printSchema()
both.select("right").printSchema()
halves = details.split_rows({"id": {">": 1}}, "high", "low")
high, low = halves.select("high"), halves.select("low")
print(halves.keys(), high.count(), low.count())
merged = details.mergeDynamicFrame(stage_dynamic_frame=low, primary_keys=["id"])
merged.toDF().where("id = 1 or id = 2").orderBy("id", "index").show()
""",
    files={"s3://docs-contacts/a.json": CONTACTS},
    prints="""\
['l_root', 'l_root_contact_details']
root
|-- org: string
|-- contact_details: long
|-- place.city: string

root
|-- id: long
|-- index: int
|-- contact_details.val.type: string
|-- contact_details.val.value: string

+---+-----+------------------------+-------------------------+
| id|index|contact_details.val.type|contact_details.val.value|
+---+-----+------------------------+-------------------------+
|  1|    0|                     fax|                    202-1|
|  1|    1|                   phone|                    202-2|
|  2|    0|                   phone|                    202-3|
+---+-----+------------------------+-------------------------+

root
|-- id: long
|-- index: int

root
|-- contact_details.val.type: string
|-- contact_details.val.value: string

dict_keys(['high', 'low']) 1 2
+---+-----+------------------------+-------------------------+
| id|index|contact_details.val.type|contact_details.val.value|
+---+-----+------------------------+-------------------------+
|  1|    0|                     fax|                    202-1|
|  1|    1|                   phone|                    202-2|
|  2|    0|                   phone|                    202-3|
+---+-----+------------------------+-------------------------+

""",
)
DDB_ITEM = {
    "Item": {
        "parentMap": {"M": {"childMap": {"M": {"appName": {"S": "a"}, "updatedAt": {"N": "7"}}}}},
        "strings": {"SS": ["x", "y"]},
        "isDDBJson": {"BOOL": True},
        "nullValue": {"NULL": True},
    }
}
SIMPLIFY = Case(
    "simplify_ddb_json and unnest_ddb_json",
    HEAD
    + """
items = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://docs-ddb/"]}, "json")
simplified = items.simplify_ddb_json()
simplified.printSchema()
simplified.show()
items.unnest_ddb_json().printSchema()
""",
    files={"s3://docs-ddb/a.json": lines(DDB_ITEM)},
    prints="""\
root
|-- parentMap: struct
|    |-- childMap: struct
|    |    |-- appName: string
|    |    |-- updatedAt: string
|-- strings: array
|    |-- element: string
|-- isDDBJson: boolean
|-- nullValue: null

{"parentMap": {"childMap": {"appName": "a", "updatedAt": "7"}}, "strings": ["x", "y"], "isDDBJson": true}

root
|-- parentMap.childMap.appName: string
|-- parentMap.childMap.updatedAt: string
|-- strings: array
|    |-- element: string
|-- isDDBJson: boolean
|-- nullValue: null

""",
)
CASES = [
    DROP_FIELDS,
    ERRORS,
    FILTER,
    MAP_UNNEST_UNBOX,
    RESOLVE_CHOICE,
    LEGISLATORS,
    RELATIONALIZE,
    SIMPLIFY,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_script(scripts: ScriptRunner, case: Case) -> None:
    scripts.check(case)
