"""AWS::Glue::* resources of stacks: an emulator's CloudFormation hands them over, Glue's API makes them."""
