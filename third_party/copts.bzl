"""Flags for the C and C++ libraries that parse what comes from outside."""

# Their warnings are for their maintainers. Bazel's -c opt asks for the weaker
# level of glibc's checks on buffers; both need optimization.
THIRD_PARTY_COPTS = ["-w"] + select({
    "@servo_exec//tools:opt": [
        "-U_FORTIFY_SOURCE",
        "-D_FORTIFY_SOURCE=2",
    ],
    "//conditions:default": [],
})
