"""@rules_proto//proto:defs.bzl: the rules are built into Bazel."""

# The name that rules_proto gives to the built-in provider.
ProtoInfo = ProtoInfo  # buildifier: disable=self-assignment
proto_lang_toolchain = native.proto_lang_toolchain
proto_library = native.proto_library
