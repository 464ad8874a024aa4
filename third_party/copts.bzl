"""Flags for the C and C++ libraries that parse what comes from outside."""

# Bazel's -c opt asks for the weaker level of glibc's checks on buffers; both
# need optimization.
_CHECKED_BUFFERS = select({
    "@servo_exec//tools:opt": [
        "-U_FORTIFY_SOURCE",
        "-D_FORTIFY_SOURCE=2",
    ],
    "//conditions:default": [],
})

# Their warnings are for their maintainers.
THIRD_PARTY_COPTS = ["-w"] + _CHECKED_BUFFERS

# Of C libraries whose configuration header is ours: a function that it claims
# and no header declares would be called as if it returned int.
CONFIGURED_C_COPTS = [
    "-Wno-all",
    "-Werror=implicit-function-declaration",
] + _CHECKED_BUFFERS
