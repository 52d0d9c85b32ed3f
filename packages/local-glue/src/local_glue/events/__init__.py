"""What Glue tells EventBridge: runs and crawls that end, runs that take long, changes of the catalog."""
