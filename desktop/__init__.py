"""The Qt client and the `griddesk` command."""
