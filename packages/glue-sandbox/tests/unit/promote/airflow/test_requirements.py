"""requirements.txt against Airflow's image: packages that it has at another version are named."""

from __future__ import annotations

from glue_sandbox.promote.airflow.requirements import image_differences

LOCK = "apache-airflow==3.2.1 \\\n    --hash=sha256:00\npandas==2.3.1 \\\ntyping-extensions==4.1\n"


def test_another_version_than_the_image_s_is_named() -> None:
    text = "pandas[all]==2.2.0 ; python_version > '3'\nTyping_Extensions == 4.2 # why\nnew-one==1\n"
    assert [*image_differences(text, LOCK)] == [
        "pandas 2.2.0, Airflow's image has 2.3.1",
        "typing-extensions 4.2, Airflow's image has 4.1",
    ]


def test_the_same_version_and_one_that_is_left_open_are_no_difference() -> None:
    assert [*image_differences("pandas==2.3.1\ntyping-extensions>=3\n# pandas==1\n", LOCK)] == []
