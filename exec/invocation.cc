#include "exec/invocation.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace servo::exec {
namespace {

bool HasNul(absl::string_view text) {
  return text.find('\0') != absl::string_view::npos;
}

// Names of variables are shown, their values and the arguments never: they may
// be secret.
absl::Status Check(const Command& command) {
  if (command.argv.empty()) {
    return absl::InvalidArgumentError("cannot start a command of no words");
  }
  const auto invalid = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "cannot start \"%s\": %s", command.argv[0].c_str(), why));
  };
  for (size_t i = 0; i < command.argv.size(); ++i) {
    if (!HasNul(command.argv[i])) continue;
    return invalid(i == 0 ? "the program's name holds a NUL byte"
                          : absl::StrCat("argument ", i, " holds a NUL byte"));
  }
  if (HasNul(command.cwd)) {
    return invalid("the working directory holds a NUL byte");
  }
  for (const auto& [name, value] : command.env) {
    if (name.empty() || HasNul(name) || name.find('=') != std::string::npos) {
      return invalid(absl::StrFormat(
          "\"%s\" cannot be an environment variable's name", name.c_str()));
    }
    if (HasNul(value)) {
      return invalid(absl::StrFormat(
          "the value of the environment variable %s holds a NUL byte", name));
    }
  }
  return absl::OkStatus();
}

// The part of `NAME=VALUE` before the `=`.
absl::string_view NameOf(absl::string_view variable) {
  return variable.substr(0, variable.find('='));
}

// What execvp(3) takes when PATH is not set.
std::string DefaultPath() {
  std::array<char, 256> path;
  const size_t size = confstr(_CS_PATH, path.data(), path.size());
  return size > 0 && size <= path.size() ? path.data() : "/bin:/usr/bin";
}

}  // namespace

absl::StatusOr<Invocation> Invocation::Prepare(const Command& command,
                                               std::string mark) {
  if (absl::Status valid = Check(command); !valid.ok()) return valid;
  Invocation invocation;
  for (const std::string& arg : command.argv) {
    invocation.argv_.push_back(const_cast<char*>(arg.c_str()));
  }
  invocation.argv_.push_back(nullptr);
  if (!command.cwd.empty()) invocation.cwd_ = command.cwd.c_str();
  invocation.SetEnvironment(command, std::move(mark));
  invocation.SetPaths(command.argv[0]);
  return invocation;
}

void Invocation::SetEnvironment(const Command& command, std::string mark) {
  if (!command.clear_env && command.env.empty() && mark.empty()) {
    envp_ = environ;
    return;
  }
  const auto is_set_by_command = [&](absl::string_view name) {
    return (!mark.empty() && name == NameOf(mark)) ||
           std::any_of(command.env.begin(), command.env.end(),
                       [&](const auto& entry) { return entry.first == name; });
  };
  for (char** entry = environ;
       !command.clear_env && entry != nullptr && *entry != nullptr; ++entry) {
    if (!is_set_by_command(NameOf(*entry))) env_.push_back(*entry);
  }
  // Of several entries of one name only the last is given: what a program makes
  // of a name that comes twice differs from one to the next.
  for (auto it = command.env.begin(); it != command.env.end(); ++it) {
    const bool overridden = std::any_of(
        std::next(it), command.env.end(),
        [&](const auto& later) { return later.first == it->first; });
    if (!overridden && (mark.empty() || it->first != NameOf(mark))) {
      env_texts_.push_back(absl::StrCat(it->first, "=", it->second));
    }
  }
  if (!mark.empty()) env_texts_.push_back(std::move(mark));
  for (std::string& text : env_texts_) env_.push_back(text.data());
  env_.push_back(nullptr);
  envp_ = env_.data();
}

const char* Invocation::EnvironmentValue(const char* name) const {
  const size_t length = std::strlen(name);
  for (char* const* entry = envp_; entry != nullptr && *entry != nullptr;
       ++entry) {
    if (std::strncmp(*entry, name, length) == 0 && (*entry)[length] == '=') {
      return *entry + length + 1;
    }
  }
  return nullptr;
}

void Invocation::SetPaths(const std::string& program) {
  if (program.empty() || program.find('/') != std::string::npos) {
    paths_ = {program};
    return;
  }
  const char* path = EnvironmentValue("PATH");
  const std::string directories = path != nullptr ? path : DefaultPath();
  for (absl::string_view directory : absl::StrSplit(directories, ':')) {
    // An empty entry is the working directory.
    paths_.push_back(directory.empty() ? program
                                       : absl::StrCat(directory, "/", program));
  }
}

}  // namespace servo::exec
