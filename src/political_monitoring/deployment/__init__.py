"""From config.yaml to running Ray Serve applications."""
