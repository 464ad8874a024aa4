// All keys of the `exec` section, in one place: the parser takes names,
// defaults and limits from here, and the JSON Schema (schema.h) and the
// documentation's tables (key_table.h) are made of it.
#ifndef CONFIG_KEYS_H_
#define CONFIG_KEYS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "yaml/key_spec.h"

namespace servo::config {

// The top-level key that is this program's.
inline constexpr absl::string_view kSectionName = "exec";

// The modes of a task, for KeySpec::modes.
inline constexpr unsigned kExecMode = 1;
inline constexpr unsigned kShellMode = 2;
inline constexpr unsigned kRequestMode = 4;
inline constexpr unsigned kProcessModes = kExecMode | kShellMode;
inline constexpr unsigned kAwaitMode = 8;
// Of those that do something by themselves.
inline constexpr unsigned kAllModes = kProcessModes | kRequestMode;
inline constexpr unsigned kAnyMode = kAllModes | kAwaitMode;

// The longest duration that may be written, in seconds: some 31 years.
inline constexpr double kMaxSeconds = 1e9;

// Most tasks of all stages together.
inline constexpr size_t kMaxTasks = 200'000;

// The section itself.
inline constexpr yaml::KeySpec kSectionKeys[] = {
    {.name = "pre",
     .type = yaml::ValueType::kTasks,
     .shown = yaml::Shown::kSecret,
     .none_means = "no tasks",
     .doc = "Tasks that check that the environment is sane and prepare it; a "
            "failure ends the measurement before it begins."},
    {.name = "start",
     .type = yaml::ValueType::kTasks,
     .shown = yaml::Shown::kSecret,
     .none_means = "no tasks",
     .doc = "Tasks that begin what is measured, such as a load generator; the "
            "measurement's window begins when the last has ended."},
    {.name = "stop",
     .type = yaml::ValueType::kTasks,
     .shown = yaml::Shown::kSecret,
     .none_means = "no tasks",
     .doc = "Tasks that end what start has begun, once the window is over; not "
            "run when pre or start has failed."},
    {.name = "post",
     .type = yaml::ValueType::kTasks,
     .shown = yaml::Shown::kSecret,
     .none_means = "no tasks",
     .doc = "Tasks that clean up, run once on every way out; failures are "
            "reported and ignored."},
    {.name = "description",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "none",
     .doc = "What the measurement is, for those who read the file."},
    {.name = "stop_on_cancel",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .doc = "Whether stop runs before post when the measurement is cancelled "
            "after start has begun."},
    {.name = "cleanup_timeout",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "60",
     .max = kMaxSeconds,
     .above_min = true,
     .doc = "The most that the cleanup after a cancel may take; then "
            "everything is killed."},
    {.name = "secrets",
     .type = yaml::ValueType::kSecrets,
     .shown = yaml::Shown::kSecret,
     .none_means = "no secrets",
     .doc = "Texts that nothing may show, by name: each a mapping that says "
            "where the text comes from."},
    {.name = "values",
     .type = yaml::ValueType::kValues,
     .shown = yaml::Shown::kSecret,
     .none_means = "no values",
     .doc = "Texts by name, for references: each is written here, or a mapping "
            "says where it comes from."},
    {.name = "report",
     .type = yaml::ValueType::kReport,
     .shown = yaml::Shown::kSecret,
     .none_means = "no report",
     .doc = "Where each run leaves a report of what has happened."},
};

// A task.
inline constexpr yaml::KeySpec kTaskKeys[] = {
    {.name = "name",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "its place, such as start[0]",
     .max = 256,
     .modes = kAnyMode,
     .doc = "What messages call the task."},
    {.name = "description",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "none",
     .modes = kAnyMode,
     .doc = "What the task is for, for those who read the file."},
    {.name = "exec",
     .type = yaml::ValueType::kCommand,
     .shown = yaml::Shown::kSecret,
     .none_means = "another mode",
     .modes = kExecMode,
     .doc = "Mode: run a program. A text is its path and is not split; a list "
            "is the program and its arguments, each as written. It is looked "
            "up in PATH."},
    {.name = "shell_exec",
     .type = yaml::ValueType::kCommand,
     .shown = yaml::Shown::kSecret,
     .none_means = "another mode",
     .modes = kShellMode,
     .doc = "Mode: run a shell command with /bin/sh -c. In a list, what "
            "follows the command are the shell's arguments $0, $1 and so on."},
    {.name = "request",
     .type = yaml::ValueType::kRequest,
     .shown = yaml::Shown::kSecret,
     .none_means = "another mode",
     .modes = kRequestMode,
     .doc = "Mode: send an HTTP request."},
    {.name = "await",
     .type = yaml::ValueType::kTaskName,
     .shown = yaml::Shown::kPublic,
     .none_means = "another mode",
     .max = 256,
     .modes = kAwaitMode,
     .doc = "Mode: in start or stop, wait until the earlier async task of this "
            "name has ended by itself. It is judged by its success_exitcodes; "
            "after the timeout it is ended, and the wait has failed."},
    {.name = "async",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .modes = kProcessModes,
     .doc = "Whether to run in the background: until the task ends, its "
            "timeout passes or post is over. Its exit code is ignored, unless "
            "on_exit, or success_exitcodes beside metrics, make it count."},
    {.name = "on_exit",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "warn",
     .choices = "ignore warn fail fail_on_error end_window",
     .modes = kProcessModes,
     .doc = "What it means when an async task ends before it was told to: "
            "nothing, a warning, that the run fails at once, the same unless "
            "the code is a success, or that the window is over (by a code that "
            "is no success, that the run fails)."},
    {.name = "end_after",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .none_means =
         "`post`; with metrics or `on_exit: end_window`: `window`, or "
         "`stop` if it is awaited",
     .choices = "window stop post",
     .modes = kProcessModes,
     .doc = "When an async task is told to end: as soon as the window is over, "
            "after stop, or after post."},
    {.name = "ready",
     .type = yaml::ValueType::kReady,
     .shown = yaml::Shown::kSecret,
     .none_means = "ready once it is started",
     .modes = kProcessModes,
     .doc = "The sign by which an async task counts as started: a mapping with "
            "one of tcp, http, output and file. If it is there beforehand, "
            "does not come in time, or the task ends first, the attempt has "
            "failed."},
    {.name = "begin",
     .type = yaml::ValueType::kChoice,
     .shown = yaml::Shown::kPublic,
     .default_text = "now",
     .choices = "now window",
     .modes = kAllModes,
     .doc = "When an async task or a sampler of start begins: in its turn, or "
            "in the window, when delay and warm-up are over."},
    {.name = "every",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .none_means = "once",
     .min = 0.1,
     .max = kMaxSeconds,
     .modes = kAllModes,
     .doc = "Makes a task of pre or start a sampler: it runs again and again "
            "in the background, this long from begin to begin, until the "
            "window is over, and its metrics are made of samples."},
    {.name = "sample",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .modes = kProcessModes,
     .doc = "Whether the metrics of an async task are made of samples, taken "
            "from each line of its output as it arrives."},
    {.name = "ignore_exitcode",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .modes = kAnyMode,
     .doc = "Whether no failure of this task fails the run: neither exit code "
            "or status, nor timeout, nor that it cannot start."},
    {.name = "notify",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .modes = kAllModes,
     .doc = "Whether to send the output (or the response's status and body) "
            "as a progress message after each attempt."},
    {.name = "timeout",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .none_means = "no limit; of a sampler 10, or `every` if that is more",
     .max = kMaxSeconds,
     .above_min = true,
     .modes = kAnyMode,
     .doc = "The most that one attempt may take as a whole."},
    {.name = "retries",
     .type = yaml::ValueType::kInteger,
     .shown = yaml::Shown::kPublic,
     .default_text = "0",
     .max = 1'000'000,
     .modes = kAllModes,
     .doc = "How many further attempts follow a failed one, each with a fresh "
            "timeout. An async task is retried when it cannot start, or is not "
            "ready."},
    {.name = "retry_delay",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .none_means = "`0`; with `retry_for` `1`",
     .max = kMaxSeconds,
     .modes = kAllModes,
     .doc = "How long to wait before a retry."},
    {.name = "retry_backoff",
     .type = yaml::ValueType::kNumber,
     .shown = yaml::Shown::kPublic,
     .default_text = "1",
     .min = 1,
     .max = 1000,
     .modes = kAllModes,
     .doc = "The factor by which that wait grows from one retry to the next."},
    {.name = "retry_max_delay",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .none_means = "no limit",
     .max = kMaxSeconds,
     .modes = kAllModes,
     .doc = "The most that the wait grows to."},
    {.name = "retry_for",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .none_means = "no limit",
     .max = kMaxSeconds,
     .above_min = true,
     .modes = kAllModes,
     .doc = "How long a failing task is tried again, counted from its first "
            "attempt; the attempt under way then is ended as by timeout. "
            "Unless retries is given, their number has no limit."},
    {.name = "expect",
     .type = yaml::ValueType::kConditions,
     .shown = yaml::Shown::kSecret,
     .none_means = "nothing more",
     .modes = kAllModes,
     .doc = "Conditions that must all hold, or the attempt has failed. One on "
            "status or exit_code stands in place of the default success "
            "codes."},
    {.name = "give_up_if",
     .type = yaml::ValueType::kConditions,
     .shown = yaml::Shown::kSecret,
     .none_means = "never",
     .modes = kAllModes,
     .doc = "Conditions that are asked when an attempt has failed; any that "
            "holds ends the retries. On a sampler they are asked after every "
            "round, and any that holds fails the run at once."},
    {.name = "end_window_if",
     .type = yaml::ValueType::kConditions,
     .shown = yaml::Shown::kSecret,
     .none_means = "never",
     .modes = kAllModes,
     .doc = "Conditions that are asked after every round of a sampler; any "
            "that holds ends the window."},
    {.name = "when",
     .type = yaml::ValueType::kChoices,
     .shown = yaml::Shown::kPublic,
     .none_means = "always",
     .choices = "success failed cancelled",
     .modes = kAllModes,
     .doc = "The results of the run after which a task of post runs: one, or "
            "a list."},
    {.name = "if_ran",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kPublic,
     .none_means = "always",
     .max = 256,
     .modes = kAnyMode,
     .doc = "The name of an earlier task: this task of stop or post runs only "
            "if that one's first attempt was begun."},
    {.name = "max_output",
     .type = yaml::ValueType::kBytes,
     .shown = yaml::Shown::kPublic,
     .default_text = "64K",
     .max = 64 * 1024 * 1024,
     .modes = kAllModes,
     .doc = "How much is kept of the beginning, and of the end, of each of "
            "stdout and stderr, or of the response's body."},
    {.name = "kill_signal",
     .type = yaml::ValueType::kSignal,
     .shown = yaml::Shown::kPublic,
     .default_text = "TERM",
     .min = 1,
     .max = 64,
     .modes = kProcessModes,
     .doc = "The signal that asks the task's process group to end."},
    {.name = "kill_timeout",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "0.5",
     .max = kMaxSeconds,
     .modes = kProcessModes,
     .doc = "How long the process group has to obey before SIGKILL; 10 unless "
            "given for an async task with metrics."},
    {.name = "metrics",
     .type = yaml::ValueType::kMetrics,
     .shown = yaml::Shown::kSecret,
     .none_means = "no metrics",
     .modes = kAllModes,
     .doc = "What the measurement returns of this task's output: a mapping of "
            "names to where their values are found. Not in post."},
    {.name = "capture",
     .type = yaml::ValueType::kCaptures,
     .shown = yaml::Shown::kSecret,
     .none_means = "nothing",
     .modes = kAllModes,
     .doc =
         "What later tasks need of this task's output: a mapping of names to "
         "where their values are found. A later task has the value as "
         "${{ NAME }}."},
    {.name = "env",
     .type = yaml::ValueType::kEnvironment,
     .shown = yaml::Shown::kSecret,
     .none_means = "nothing added",
     .modes = kProcessModes,
     .doc = "Environment variables to set, their values as written."},
    {.name = "clear_env",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "false",
     .modes = kProcessModes,
     .doc = "Whether to start from an empty environment instead of the "
            "driver's."},
    {.name = "cwd",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "the driver's",
     .modes = kProcessModes,
     .doc = "The working directory."},
    {.name = "stdin",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "/dev/null",
     .modes = kProcessModes,
     .doc = "Text to read from standard input."},
    {.name = "success_exitcodes",
     .type = yaml::ValueType::kExitCodes,
     .shown = yaml::Shown::kPublic,
     .default_text = "0",
     .max = 255,
     .modes = kProcessModes,
     .doc = "The exit codes that are a success: a code, a range such as "
            "\"0-3\", or a list of them."},
};

// The mapping `request` of a task.
inline constexpr yaml::KeySpec kRequestKeys[] = {
    {.name = "url",
     .type = yaml::ValueType::kUrl,
     .shown = yaml::Shown::kUrl,
     .required = true,
     .doc = "Where to send it: an http or https URL, with user:password@ if "
            "need be."},
    {.name = "method",
     .type = yaml::ValueType::kMethod,
     .shown = yaml::Shown::kPublic,
     .default_text = "GET",
     .doc = "The HTTP method, sent in upper case."},
    {.name = "params",
     .type = yaml::ValueType::kParams,
     .shown = yaml::Shown::kSecret,
     .none_means = "nothing added",
     .doc = "A query to add to the URL, encoded: a mapping of names to a value "
            "or a list of values, or a list of such mappings."},
    {.name = "headers",
     .type = yaml::ValueType::kHeaders,
     .shown = yaml::Shown::kSecret,
     .none_means = "nothing added",
     .doc = "Headers to add; they replace defaults of the same name in any "
            "case."},
    {.name = "data",
     .type = yaml::ValueType::kBody,
     .shown = yaml::Shown::kSecret,
     .none_means = "{} with POST, else no body",
     .doc = "The body: a text, as written; or a form, a mapping of names to a "
            "value or a list of values, encoded."},
    {.name = "data_file",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "no file",
     .doc = "The path of a regular file that is sent as the body, read while "
            "it is sent; excludes data and json."},
    {.name = "json",
     .type = yaml::ValueType::kJson,
     .shown = yaml::Shown::kSecret,
     .none_means = "no JSON",
     .doc = "The body as YAML, sent as JSON; excludes data and data_file."},
    {.name = "content-type",
     .type = yaml::ValueType::kHeaderText,
     .shown = yaml::Shown::kSecret,
     .default_text = "application/json",
     .doc = "The Content-Type of a request that has a body; of a form "
            "application/x-www-form-urlencoded unless given."},
    {.name = "http_timeout",
     .type = yaml::ValueType::kSeconds,
     .shown = yaml::Shown::kPublic,
     .default_text = "10",
     .max = kMaxSeconds,
     .above_min = true,
     .doc = "The most that connecting may take, and the longest silence after "
            "that; the task's timeout limits the whole."},
    {.name = "success_codes",
     .type = yaml::ValueType::kHttpCodes,
     .shown = yaml::Shown::kPublic,
     .default_text = "200-399",
     .min = 100,
     .max = 999,
     .doc = "The status codes that are a success: a code, a range such as "
            "\"200-299\", or a list of them."},
    {.name = "allow_redirects",
     .type = yaml::ValueType::kBool,
     .shown = yaml::Shown::kPublic,
     .default_text = "true",
     .doc = "Whether to follow redirects."},
    {.name = "auth",
     .type = yaml::ValueType::kAuth,
     .shown = yaml::Shown::kSecret,
     .none_means = "none",
     .doc = "Basic authentication: a mapping of username and password; "
            "excludes credentials in the URL and an Authorization header."},
    {.name = "verify",
     .type = yaml::ValueType::kVerify,
     .shown = yaml::Shown::kSecret,
     .default_text = "true",
     .doc = "Whether to check the server's certificate; or the path of a "
            "bundle of authorities (PEM), or of a directory of such, to check "
            "it against."},
    {.name = "cert",
     .type = yaml::ValueType::kCert,
     .shown = yaml::Shown::kSecret,
     .none_means = "none",
     .doc = "A client certificate: the path of a PEM file that holds it and "
            "its key, or a mapping of cert, key and passphrase."},
    {.name = "save_to",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "not saved",
     .doc = "The path of a file that the body of an attempt that succeeded "
            "becomes, whole; it appears when it is complete, with mode 0600."},
    {.name = "unix_socket",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "the URL's host",
     .max = 107,  // unix(7)
     .doc = "The path of a Unix socket to connect to instead of the URL's "
            "host."},
};

// The mapping `auth` of a request.
inline constexpr yaml::KeySpec kAuthKeys[] = {
    {.name = "username",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .required = true,
     .doc = "The user's name, as written."},
    {.name = "password",
     .type = yaml::ValueType::kAnyText,
     .shown = yaml::Shown::kSecret,
     .required = true,
     .doc = "The password, as written."},
};

// The mapping `cert` of a request.
inline constexpr yaml::KeySpec kCertKeys[] = {
    {.name = "cert",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .required = true,
     .doc = "The path of the certificate (PEM)."},
    {.name = "key",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "in the certificate's file",
     .doc = "The path of its key (PEM)."},
    {.name = "passphrase",
     .type = yaml::ValueType::kNonEmptyText,
     .shown = yaml::Shown::kSecret,
     .none_means = "none",
     .doc = "The passphrase of an encrypted key, as written."},
};

// Positions in the tables; unknown names don't compile.
consteval size_t SectionKey(absl::string_view name) {
  return yaml::KeyIndex(kSectionKeys, name);
}
consteval size_t TaskKey(absl::string_view name) {
  return yaml::KeyIndex(kTaskKeys, name);
}
consteval size_t RequestKey(absl::string_view name) {
  return yaml::KeyIndex(kRequestKeys, name);
}
consteval size_t AuthKey(absl::string_view name) {
  return yaml::KeyIndex(kAuthKeys, name);
}
consteval size_t CertKey(absl::string_view name) {
  return yaml::KeyIndex(kCertKeys, name);
}

}  // namespace servo::config

#endif  // CONFIG_KEYS_H_
