"""Tests whose only network is loopback."""

load("@rules_cc//cc:defs.bzl", _cc_test = "cc_test")

# The sandbox gives such a test a network of its own.
_NO_NETWORK = "block-network"

def cc_test(name, tags = [], **kwargs):
    """A native cc_test that reaches nothing but loopback.

    Args:
      name: as of the native rule.
      tags: as of the native rule, beside the one that blocks the network.
      **kwargs: as of the native rule.
    """
    _cc_test(name = name, tags = tags + [_NO_NETWORK], **kwargs)

def sh_test(name, tags = [], **kwargs):
    """A native sh_test that reaches nothing but loopback.

    Args:
      name: as of the native rule.
      tags: as of the native rule, beside the one that blocks the network.
      **kwargs: as of the native rule.
    """
    native.sh_test(name = name, tags = tags + [_NO_NETWORK], **kwargs)
