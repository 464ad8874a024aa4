#include "exec/process_owners.h"

#include <cstddef>
#include <optional>

#include "absl/container/flat_hash_set.h"

namespace servo::exec {
namespace {

constexpr pid_t kNobody = 0;

// One round of Find().
class Search {
 public:
  Search(absl::Span<const ProcessInfo> processes,
         const ProcessOwners::Started& started, pid_t self,
         const absl::flat_hash_map<ProcessInfo::Key, pid_t>& known)
      : processes_(processes), started_(started), self_(self), known_(known) {
    for (const auto& [mark, pid] : started.by_mark) leaders_.insert(pid);
    for (size_t i = 0; i < processes.size(); ++i) {
      index_[processes[i].pid] = i;
    }
    owners_.resize(processes.size());
  }

  std::vector<pid_t> Run() {
    for (size_t i = 0; i < processes_.size(); ++i) Resolve(i);
    // What shares a session with an owned process belongs to the same owner,
    // and so do its descendants.
    while (SpreadOverSessions()) {
    }
    std::vector<pid_t> result;
    result.reserve(owners_.size());
    for (const auto& owner : owners_) result.push_back(owner.value_or(kNobody));
    return result;
  }

 private:
  // Decided without looking at the parent; none: the parent decides.
  std::optional<pid_t> Direct(const ProcessInfo& process) const {
    if (process.pid == self_) return kNobody;
    if (leaders_.contains(process.pid)) return process.pid;
    if (leaders_.contains(process.session)) return process.session;
    const auto known = known_.find(process.key());
    if (known != known_.end() && leaders_.contains(known->second)) {
      return known->second;
    }
    if (process.parent != self_) return std::nullopt;
    const auto marked = started_.by_mark.find(process.mark);
    if (!process.mark.empty() && marked != started_.by_mark.end()) {
      return marked->second;
    }
    return started_.sole;
  }

  // Climbs from parent to parent until an owner is known, and remembers it for
  // all that were passed.
  void Resolve(size_t at) {
    std::vector<size_t> passed;
    pid_t owner = kNobody;
    for (;;) {
      if (owners_[at].has_value()) {
        owner = *owners_[at];
        break;
      }
      passed.push_back(at);
      const std::optional<pid_t> direct = Direct(processes_[at]);
      // Against a circle, which stale data might show.
      owners_[at] = direct.value_or(kNobody);
      const auto parent = index_.find(processes_[at].parent);
      if (direct.has_value() || parent == index_.end()) {
        owner = direct.value_or(kNobody);
        break;
      }
      at = parent->second;
    }
    for (size_t i : passed) owners_[i] = owner;
  }

  // Whether any process has got an owner by that.
  bool SpreadOverSessions() {
    absl::flat_hash_map<pid_t, pid_t> by_session;
    for (size_t i = 0; i < processes_.size(); ++i) {
      if (owners_[i] != kNobody) {
        by_session[processes_[i].session] = *owners_[i];
      }
    }
    bool any = false;
    for (size_t i = 0; i < processes_.size(); ++i) {
      const ProcessInfo& process = processes_[i];
      if (owners_[i] != kNobody || process.pid == self_) continue;
      const auto sibling = by_session.find(process.session);
      const auto parent = index_.find(process.parent);
      if (sibling != by_session.end()) {
        owners_[i] = sibling->second;
      } else if (process.parent != self_ && parent != index_.end() &&
                 owners_[parent->second] != kNobody) {
        owners_[i] = owners_[parent->second];
      }
      any = any || owners_[i] != kNobody;
    }
    return any;
  }

  const absl::Span<const ProcessInfo> processes_;
  const ProcessOwners::Started& started_;
  const pid_t self_;
  const absl::flat_hash_map<ProcessInfo::Key, pid_t>& known_;
  absl::flat_hash_set<pid_t> leaders_;
  absl::flat_hash_map<pid_t, size_t> index_;
  std::vector<std::optional<pid_t>> owners_;
};

}  // namespace

std::vector<pid_t> ProcessOwners::Find(absl::Span<const ProcessInfo> processes,
                                       const Started& started, pid_t self) {
  std::vector<pid_t> owners = Search(processes, started, self, known_).Run();
  for (size_t i = 0; i < processes.size(); ++i) {
    if (owners[i] != kNobody) known_[processes[i].key()] = owners[i];
  }
  return owners;
}

void ProcessOwners::Forget(pid_t owner) {
  absl::erase_if(known_,
                 [&](const auto& entry) { return entry.second == owner; });
}

}  // namespace servo::exec
