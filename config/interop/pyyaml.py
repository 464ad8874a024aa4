"""YAML as PyYAML's safe loader reads it, but for what the configuration's
reader promises to read otherwise."""

import yaml


class Loader(yaml.SafeLoader):
    """Reads dates and a lone `=` as texts (config/scalar.h), and ignores tags
    that it does not know: they matter in the section exec alone, where the
    reader refuses them."""

    yaml_implicit_resolvers = {
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:value")
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_untagged(self, node):
        if isinstance(node, yaml.ScalarNode):
            return self.construct_scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return self.construct_sequence(node, deep=True)
        return self.construct_mapping(node, deep=True)


Loader.add_constructor(None, Loader.construct_untagged)


class TextKeyLoader(Loader):
    """Keys are texts as written, as in JSON: `010` stays `010`, and a list is
    none."""

    def construct_mapping(self, node, deep=False):
        self.flatten_mapping(node)
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.YAMLError(f"a key that is no text: {key.start_mark}")
        return {key.value: self.construct_object(value, deep=True) for key, value in node.value}


TextKeyLoader.add_constructor(
    "tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node)
)


def load(path, loader=Loader):
    """The value in a file; raises yaml.YAMLError if it has none."""
    with open(path, "rb") as file:
        try:
            return yaml.load(file, loader)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            # Texts that their tag or encoding does not fit, keys that are
            # collections, nesting without end.
            raise yaml.YAMLError(f"{type(error).__name__}: {error}") from error
