"""@bazel_skylib//lib:selects.bzl, as far as the pinned archives use it."""

def _config_setting_group(name, match_any, visibility = None):
    """A condition that holds when at least one of the given ones does.

    A select() with all of them would be ambiguous where two hold at once, so
    each gets a select() of its own that falls through to the next.

    Args:
      name: the new condition.
      match_any: labels of conditions, at least one.
      visibility: the visibility of the new condition.
    """
    last = len(match_any) - 1
    for i, condition in enumerate(match_any):
        native.alias(
            name = name if i == 0 else "%s_or_%d" % (name, i),
            actual = condition if i == last else select({
                condition: condition,
                "//conditions:default": ":%s_or_%d" % (name, i + 1),
            }),
            visibility = visibility if i == 0 else ["//visibility:private"],
        )

selects = struct(config_setting_group = _config_setting_group)
