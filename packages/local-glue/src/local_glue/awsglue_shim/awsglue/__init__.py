"""AWS's package `awsglue`, with two modules of our own in front: `context` and `job`.

AWS publishes the Python half of awsglue only; its Java half is in Glue's images. What needs no Java is
AWS's own module here, above all `awsglue.utils`. `GlueContext` and `Job` are AWS's classes too, but do
themselves what a plain job needs of them; all the rest says that it is not here.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)

from awsglue.dynamicframe import DynamicFrame

__all__ = ["DynamicFrame"]
