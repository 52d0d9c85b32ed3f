"""DynamicFrames without Glue's jars: what AWS's `awsglue` calls in the JVM, answered over DataFrames.

`frame.Frame` stands where AWS's Python code has `_jdf`, `gluecontext.ScalaGlueContext` where it has Glue's
Scala context, and `jvm.JvmWithGlue` in front of the JVM itself. All of it runs in the Python of the job,
which gets it by path.
"""
