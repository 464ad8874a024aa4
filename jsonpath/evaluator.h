// Carries out a parsed path. Internal.
#ifndef JSONPATH_EVALUATOR_H_
#define JSONPATH_EVALUATOR_H_

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/container/flat_hash_map.h"
#include "jsonpath/budget.h"
#include "jsonpath/i_regexp.h"
#include "jsonpath/path.h"
#include "jsonpath/query.h"
#include "nlohmann/json.hpp"

namespace servo::jsonpath {

// For one evaluation. Recurses with the nesting of the path's filters alone.
class Evaluator {
 public:
  Evaluator(const nlohmann::json& root ABSL_ATTRIBUTE_LIFETIME_BOUND,
            const Limits& limits)
      : root_(root), max_nodes_(limits.max_nodes), budget_(limits.max_steps) {}

  // Appends what `query` finds from the root. False beyond the limits.
  bool Find(const Query& query, std::vector<const nlohmann::json*>* found);
  bool FindLocated(const Query& query, std::vector<Located>* found);

 private:
  static constexpr size_t kAll = std::numeric_limits<size_t>::max();

  // Queries. `Tracker` is NoPlaces or Places (places.h).
  template <typename Tracker>
  bool Run(const Query& query, Tracker* places, typename Tracker::Node start,
           size_t enough, std::vector<typename Tracker::Node>* found);
  template <typename Tracker>
  void Apply(const Segment& segment, Tracker* places,
             typename Tracker::Node node, size_t enough,
             std::vector<typename Tracker::Node>* found);
  template <typename Tracker>
  void Select(const Segment& segment, Tracker* places,
              typename Tracker::Node node,
              std::vector<typename Tracker::Node>* found);
  template <typename Tracker>
  void SelectDescendants(const Segment& segment, Tracker* places,
                         typename Tracker::Node node, size_t enough,
                         std::vector<typename Tracker::Node>* found);
  template <typename Tracker>
  void SelectChildren(const Condition* condition, Tracker* places,
                      typename Tracker::Node node,
                      std::vector<typename Tracker::Node>* found);
  template <typename Tracker>
  void SelectSlice(const Slice& slice, Tracker* places,
                   typename Tracker::Node node,
                   std::vector<typename Tracker::Node>* found);
  template <typename Node>
  void Add(Node node, std::vector<Node>* found);

  // The one value of a singular query, or null.
  const nlohmann::json* Follow(const Query& query,
                               const nlohmann::json& current);

  // Filters.
  bool Satisfies(const nlohmann::json& current, const Condition& condition);
  bool Test(const nlohmann::json& current, const Query& query);
  bool Test(const nlohmann::json& current, const Call& call);
  bool Test(const nlohmann::json& current, const Comparison& comparison);
  bool Test(const nlohmann::json& current, const Junction& junction);

  // What `operand` stands for, or null for Nothing. `*scratch` holds what is
  // computed.
  const nlohmann::json* ValueOf(const nlohmann::json& current,
                                const Operand& operand,
                                nlohmann::json* scratch);
  const nlohmann::json* ResultOf(const nlohmann::json& current,
                                 const Call& call, nlohmann::json* scratch);
  std::vector<const nlohmann::json*> NodesOf(const nlohmann::json& current,
                                             const Operand& operand,
                                             size_t enough);
  bool Matches(const Call& call, const std::string& text,
               const IRegexp& regexp);
  const IRegexp* CompileOnce(const std::string& pattern);

  const nlohmann::json& root_;
  const size_t max_nodes_;
  Budget budget_;
  // Expressions that the document gave. Nothing for what is none.
  absl::flat_hash_map<std::string, std::optional<IRegexp>> regexps_;
};

}  // namespace servo::jsonpath

#endif  // JSONPATH_EVALUATOR_H_
