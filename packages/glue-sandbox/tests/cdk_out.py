"""A `cdk.out` as CDK 2.275 writes one: two stacks, of which one needs the other, a script, and a function."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ASSET_BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
BOOTSTRAP: dict[str, Any] = {
    "Parameters": {
        "BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version",
        }
    },
    "Rules": {
        "CheckBootstrapVersion": {"Assertions": [{"Assert": {"Fn::Not": [{"Fn::Equals": ["1", "2"]}]}}]}
    },
}
TABLE_EXPORT, BUCKET_EXPORT = "Data:ExportsOutputRefPlays", "Data:ExportsOutputRefListens"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": ["glue.amazonaws.com", "lambda.amazonaws.com"]},
        }
    ],
}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": TRUST,
        "Policies": [
            {
                "PolicyName": "work",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Action": ["s3:*", "dynamodb:*"], "Effect": "Allow", "Resource": "*"}],
                },
            }
        ],
    },
}
DATA: dict[str, Any] = {
    **BOOTSTRAP,
    "Resources": {
        "Listens": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"},
        "Plays": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "track_id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "track_id", "KeyType": "HASH"}],
            },
        },
        "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2:deflate64:x"}},
        "FunctionRole": ROLE,
        "OnUpload": {
            "Type": "AWS::Lambda::Function",
            "DependsOn": ["FunctionRole"],
            "Properties": {
                "Code": {"S3Bucket": {"Fn::Sub": ASSET_BUCKET}, "S3Key": "f1.zip"},
                "FunctionName": "on_upload",
                "Handler": "on_upload.handler",
                "Role": {"Fn::GetAtt": ["FunctionRole", "Arn"]},
                "Runtime": "python3.13",
            },
        },
    },
    "Outputs": {
        "ExportsOutputRefPlays": {"Value": {"Ref": "Plays"}, "Export": {"Name": TABLE_EXPORT}},
        "ExportsOutputRefListens": {"Value": {"Ref": "Listens"}, "Export": {"Name": BUCKET_EXPORT}},
    },
}
JOBS: dict[str, Any] = {
    **BOOTSTRAP,
    "Resources": {
        "Role": ROLE,
        "Count": {
            "Type": "AWS::Glue::Job",
            "Properties": {
                "Command": {
                    "Name": "pythonshell",
                    "PythonVersion": "3.9",
                    "ScriptLocation": {"Fn::Sub": f"s3://{ASSET_BUCKET}/5c.py"},
                },
                "DefaultArguments": {"--table": {"Fn::ImportValue": TABLE_EXPORT}},
                "MaxCapacity": 0.0625,
                "Name": "count-plays",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            },
        },
    },
}
FILES = {
    "asset.5c.py": "print('counted')\n",
    "asset.f1/on_upload.py": "def handler(event, context):\n    return 'seen'\n",
}


def asset(path: str, key: str, packaging: str) -> dict[str, Any]:
    """One entry of a list of assets."""
    return {
        "source": {"path": path, "packaging": packaging},
        "destinations": {"current_account-current_region": {"bucketName": ASSET_BUCKET, "objectKey": key}},
    }


def stack(
    name: str, *needs: str, environment: str = "aws://unknown-account/unknown-region"
) -> dict[str, Any]:
    """A manifest's entry of a stack and that of its files."""
    return {
        f"{name}.assets": {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}},
        name: {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": [*needs, f"{name}.assets"],
        },
    }


def write_cdk_out(folder: Path, artifacts: dict[str, Any] | None = None, **more: Any) -> Path:
    """Write the folder, with other artifacts in its manifest, or more in it, if wanted; return it."""
    # The one that needs the other comes first: their order is for the reader to find out.
    listed = {**stack("Jobs", "Data"), **stack("Data")} if artifacts is None else artifacts
    texts = FILES | {
        "manifest.json": json.dumps({"version": "55.0.0", "artifacts": listed, **more}),
        "Data.template.json": json.dumps(DATA),
        "Data.assets.json": json.dumps(
            {"files": {"f1": asset("asset.f1", "f1.zip", "zip")}, "dockerImages": {}}
        ),
        "Jobs.template.json": json.dumps(JOBS),
        "Jobs.assets.json": json.dumps({"files": {"5c": asset("asset.5c.py", "5c.py", "file")}}),
    }
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder
