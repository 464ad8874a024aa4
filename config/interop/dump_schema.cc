// Prints the JSON Schema, as `measure --schema` does.
#include <cstdio>

#include "config/schema.h"

int main() { std::fputs(servo::config::JsonSchema().c_str(), stdout); }
