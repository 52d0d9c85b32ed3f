"""Puts DynamoDB Local where LocalStack looks for it, while the image is built.

    python install_dynamodb_local.py JARS_AND_LIBRARIES_FOLDER AGENT_JAR

LocalStack would download one archive; here its parts come from Maven Central, and a jar that names them all
takes the place of the archive's own DynamoDBLocal.jar.
"""

import shutil
import sys
import zipfile
from pathlib import Path

from localstack.packages.api import InstallTarget
from localstack.services.dynamodb.packages import dynamodblocal_package

MAIN_CLASS = "software.amazon.dynamodb.services.local.main.ServerRunner"
LINE_BYTES = 70  # of 72 that a manifest allows, with its line end


def main() -> None:
    """Lay out the folder, and let LocalStack itself say that it is complete."""
    parts, agent = Path(sys.argv[1]), Path(sys.argv[2])
    installer = dynamodblocal_package.get_installer()
    folder = Path(installer._get_install_dir(InstallTarget.STATIC_LIBS))
    library = folder / "DynamoDBLocal_lib"
    shutil.copytree(parts, library)
    for native in library.glob("libsqlite4java-linux-*.so"):
        native.rename(library / f"{native.name.rsplit('-', 1)[0]}.so")  # looked up without its version
    jars = " ".join(f"DynamoDBLocal_lib/{jar.name}" for jar in sorted(library.glob("*.jar")))
    lines = ("Manifest-Version: 1.0", f"Main-Class: {MAIN_CLASS}", f"Class-Path: {jars}")
    with zipfile.ZipFile(folder / "DynamoDBLocal.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "".join(map(wrapped, lines)) + "\r\n")
    shutil.copy(agent, folder / "ddb-local-loader-0.1.jar")
    if not installer.is_installed():
        sys.exit(f"LocalStack does not find DynamoDB Local in {folder}: {sorted(folder.iterdir())}")


def wrapped(line: str) -> str:
    """A manifest's line, continued on the next ones by a blank."""
    pieces = [line[:LINE_BYTES]]
    rest = line[LINE_BYTES:]
    while rest:
        pieces.append(f" {rest[: LINE_BYTES - 1]}")
        rest = rest[LINE_BYTES - 1 :]
    return "".join(f"{piece}\r\n" for piece in pieces)


if __name__ == "__main__":
    main()
