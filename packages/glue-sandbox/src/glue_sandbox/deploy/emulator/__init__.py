"""What the emulator does otherwise than CloudFormation, made good after its stacks."""
