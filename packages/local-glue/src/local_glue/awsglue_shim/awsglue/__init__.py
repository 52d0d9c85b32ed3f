"""AWS's package `awsglue`, with two modules of our own in front: `context` and `job`.

AWS publishes the Python half of awsglue only; its Java half is in Glue's images. AWS's own modules run here
as they are installed; what they ask of Glue's Java classes is answered by `local_glue.dynamicframe`.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)

from awsglue.dynamicframe import DynamicFrame

__all__ = ["DynamicFrame"]
