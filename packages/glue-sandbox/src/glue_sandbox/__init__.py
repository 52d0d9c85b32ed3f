"""The sandbox's command line: develop, run and prove the pipeline on one machine."""
