#include "jsonpath/evaluator.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "jsonpath/compare.h"
#include "jsonpath/places.h"

namespace servo::jsonpath {
namespace {

using nlohmann::json;

// What regular expressions cost in steps.
constexpr size_t kCompileSteps = 1'000;         // at least
constexpr size_t kFailedCompileSteps = 50'000;  // a program may be half made
constexpr size_t kCompileStepsPerByte = 50;
constexpr size_t kInstructionBytesPerStep = 1'024;

// The expressions of a document that are kept compiled.
constexpr size_t kMaxRegexps = 16;

// Texts are well-formed UTF-8: each character has one byte that continues none.
size_t CountCharacters(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

const json* MemberOf(const json& value, const std::string& name,
                     const std::string** key = nullptr) {
  if (!value.is_object()) return nullptr;
  const auto member = value.find(name);
  if (member == value.end()) return nullptr;
  if (key != nullptr) *key = &member.key();
  return &*member;
}

// The place from the array's begin on, if there is one.
std::optional<size_t> PlaceOf(const json& value, int64_t index) {
  if (!value.is_array()) return std::nullopt;
  const auto size = static_cast<int64_t>(value.size());
  if (index < 0) index += size;
  if (index < 0 || index >= size) return std::nullopt;
  return static_cast<size_t>(index);
}

// A container whose members are being gone through.
template <typename Node>
struct Frame {
  Node node;
  json::const_iterator next;
};

template <typename Tracker>
typename Tracker::Node Child(Tracker* places,
                             const typename Tracker::Node& parent,
                             const json::const_iterator& child) {
  const json& value = Tracker::Value(parent);
  if (value.is_object()) return places->Member(parent, child.key(), *child);
  return places->Element(parent, static_cast<size_t>(child - value.cbegin()),
                         *child);
}

}  // namespace

bool Evaluator::Find(const Query& query, std::vector<const json*>* found) {
  if (query.IsSingular() && max_nodes_ > 0) {
    const json* value = Follow(query, root_);
    if (value != nullptr) found->push_back(value);
    return !budget_.exhausted();
  }
  NoPlaces places;
  return Run(query, &places, NoPlaces::Root(root_), kAll, found);
}

bool Evaluator::FindLocated(const Query& query, std::vector<Located>* found) {
  Places places;
  std::vector<Places::Node> nodes;
  if (!Run(query, &places, Places::Root(root_), kAll, &nodes)) return false;
  for (const Places::Node& node : nodes) {
    if (!budget_.Spend(LeastPathLength(node))) {
      return false;
    }
    found->push_back({node.value, NormalizedPath(node)});
  }
  return true;
}

// Appends at least the first `enough` nodes, if there are so many.
template <typename Tracker>
bool Evaluator::Run(const Query& query, Tracker* places,
                    typename Tracker::Node start, size_t enough,
                    std::vector<typename Tracker::Node>* found) {
  std::vector<typename Tracker::Node> nodes = {start};
  for (size_t i = 0; i < query.segments.size(); ++i) {
    const bool last = i + 1 == query.segments.size();
    std::vector<typename Tracker::Node> next;
    for (const auto& node : nodes) {
      Apply(query.segments[i], places, node, last ? enough : kAll, &next);
      if (budget_.exhausted()) return false;
      if (last && next.size() >= enough) break;
    }
    nodes = std::move(next);
  }
  *found = std::move(nodes);
  return true;
}

template <typename Tracker>
void Evaluator::Apply(const Segment& segment, Tracker* places,
                      typename Tracker::Node node, size_t enough,
                      std::vector<typename Tracker::Node>* found) {
  if (segment.descendant) {
    SelectDescendants(segment, places, node, enough, found);
  } else {
    Select(segment, places, node, found);
  }
}

template <typename Tracker>
void Evaluator::Select(const Segment& segment, Tracker* places,
                       typename Tracker::Node node,
                       std::vector<typename Tracker::Node>* found) {
  const json& value = Tracker::Value(node);
  for (const Selector& selector : segment.selectors) {
    if (!budget_.Spend(Tracker::kStepsPerVisit)) return;
    if (const auto* name = std::get_if<Name>(&selector)) {
      const std::string* key = nullptr;
      const json* member = MemberOf(value, name->name, &key);
      if (member != nullptr) Add(places->Member(node, *key, *member), found);
    } else if (const auto* index = std::get_if<Index>(&selector)) {
      const std::optional<size_t> place = PlaceOf(value, index->index);
      if (place) Add(places->Element(node, *place, value[*place]), found);
    } else if (const auto* slice = std::get_if<Slice>(&selector)) {
      SelectSlice(*slice, places, node, found);
    } else {
      SelectChildren(std::get_if<Condition>(&selector), places, node, found);
    }
  }
}

// All children, or those that satisfy a condition.
template <typename Tracker>
void Evaluator::SelectChildren(const Condition* condition, Tracker* places,
                               typename Tracker::Node node,
                               std::vector<typename Tracker::Node>* found) {
  const json& value = Tracker::Value(node);
  if (!value.is_structured()) return;
  for (auto child = value.cbegin(); child != value.cend(); ++child) {
    if (!budget_.Spend(Tracker::kStepsPerVisit)) return;
    if (condition == nullptr || Satisfies(*child, *condition)) {
      Add(Child(places, node, child), found);
    }
  }
}

// RFC 9535, section 2.3.4.2.2.
template <typename Tracker>
void Evaluator::SelectSlice(const Slice& slice, Tracker* places,
                            typename Tracker::Node node,
                            std::vector<typename Tracker::Node>* found) {
  const json& value = Tracker::Value(node);
  if (!value.is_array() || slice.step == 0) return;
  const auto size = static_cast<int64_t>(value.size());
  const bool forward = slice.step > 0;
  const int64_t lowest = forward ? 0 : -1;
  const int64_t highest = forward ? size : size - 1;
  const auto bound = [&](std::optional<int64_t> given, int64_t otherwise) {
    if (!given.has_value()) return otherwise;
    const int64_t place = *given >= 0 ? *given : size + *given;
    return std::clamp(place, lowest, highest);
  };
  const int64_t start = bound(slice.start, forward ? lowest : highest);
  const int64_t end = bound(slice.end, forward ? highest : lowest);
  // |step| < 2^53 and the places are far below: no overflow.
  for (int64_t i = start; forward ? i < end : i > end; i += slice.step) {
    if (!budget_.Spend(Tracker::kStepsPerVisit)) return;
    const auto place = static_cast<size_t>(i);
    Add(places->Element(node, place, value[place]), found);
  }
}

// The node, then its children and theirs, each before its own children.
template <typename Tracker>
void Evaluator::SelectDescendants(const Segment& segment, Tracker* places,
                                  typename Tracker::Node node, size_t enough,
                                  std::vector<typename Tracker::Node>* found) {
  std::vector<Frame<typename Tracker::Node>> stack;
  const auto visit = [&](const typename Tracker::Node& visited) {
    Select(segment, places, visited, found);
    const json& value = Tracker::Value(visited);
    if (value.is_structured()) stack.push_back({visited, value.cbegin()});
  };
  visit(node);
  while (!stack.empty() && !budget_.exhausted() && found->size() < enough) {
    auto& [parent, next] = stack.back();
    if (next == Tracker::Value(parent).cend()) {
      stack.pop_back();
    } else {
      const auto child = next++;
      if (child->is_structured()) visit(Child(places, parent, child));
      if (!budget_.Spend(Tracker::kStepsPerVisit)) return;
    }
  }
}

template <typename Node>
void Evaluator::Add(Node node, std::vector<Node>* found) {
  if (found->size() >= max_nodes_) {
    budget_.Exhaust();
    return;
  }
  found->push_back(node);
}

const json* Evaluator::Follow(const Query& query, const json& current) {
  const json* value = query.absolute ? &root_ : &current;
  for (const Segment& segment : query.segments) {
    if (!budget_.Spend(1)) return nullptr;
    const Selector& only = segment.selectors[0];
    if (const auto* name = std::get_if<Name>(&only)) {
      value = MemberOf(*value, name->name);
    } else {
      const std::optional<size_t> place =
          PlaceOf(*value, std::get<Index>(only).index);
      value = place.has_value() ? &(*value)[*place] : nullptr;
    }
    if (value == nullptr) return nullptr;
  }
  return value;
}

bool Evaluator::Satisfies(const json& current, const Condition& condition) {
  if (!budget_.Spend(1)) return false;
  const bool holds = std::visit(
      [&](const auto& test) { return Test(current, test); }, condition.test);
  return holds != condition.negated && !budget_.exhausted();
}

bool Evaluator::Test(const json& current, const Query& query) {
  if (query.IsSingular()) return Follow(query, current) != nullptr;
  std::vector<const json*> found;
  NoPlaces places;
  return Run(query, &places, query.absolute ? &root_ : &current, 1, &found) &&
         !found.empty();
}

bool Evaluator::Test(const json& current, const Comparison& comparison) {
  json left_scratch, right_scratch;
  const json* left = ValueOf(current, comparison.left, &left_scratch);
  const json* right = ValueOf(current, comparison.right, &right_scratch);
  return Holds(comparison.comparator, left, right, &budget_);
}

bool Evaluator::Test(const json& current, const Junction& junction) {
  for (const Condition& condition : junction.conditions) {
    if (Satisfies(current, condition) != junction.all) return !junction.all;
  }
  return junction.all;
}

// match() or search().
bool Evaluator::Test(const json& current, const Call& call) {
  json scratch;
  const json* text = ValueOf(current, call.arguments[0], &scratch);
  if (text == nullptr || !text->is_string()) return false;
  const auto& subject = text->get_ref<const std::string&>();
  if (call.literal_regexp) {
    return call.regexp != nullptr && Matches(call, subject, *call.regexp);
  }
  json pattern_scratch;
  const json* pattern = ValueOf(current, call.arguments[1], &pattern_scratch);
  if (pattern == nullptr || !pattern->is_string()) return false;
  const IRegexp* regexp = CompileOnce(pattern->get_ref<const std::string&>());
  return regexp != nullptr && Matches(call, subject, *regexp);
}

bool Evaluator::Matches(const Call& call, const std::string& text,
                        const IRegexp& regexp) {
  // RE2 may have to simulate all instructions at each byte.
  const size_t cost =
      1 + regexp.program_size() / kInstructionBytesPerStep * text.size() +
      regexp.program_size() % kInstructionBytesPerStep * text.size() /
          kInstructionBytesPerStep;
  if (!budget_.Spend(cost)) return false;
  return call.function == Function::kMatch ? regexp.MatchesAll(text)
                                           : regexp.MatchesPart(text);
}

const IRegexp* Evaluator::CompileOnce(const std::string& pattern) {
  const auto known = regexps_.find(pattern);
  if (known != regexps_.end()) {
    return known->second.has_value() ? &*known->second : nullptr;
  }
  if (!budget_.Spend(kCompileSteps + kCompileStepsPerByte * pattern.size())) {
    return nullptr;
  }
  if (regexps_.size() >= kMaxRegexps) regexps_.clear();
  std::optional<IRegexp>& slot = regexps_[pattern];
  absl::StatusOr<IRegexp> regexp = IRegexp::Compile(pattern);
  if (!regexp.ok()) {
    if (absl::IsResourceExhausted(regexp.status())) {
      budget_.Spend(kFailedCompileSteps);
    }
    return nullptr;
  }
  if (!budget_.Spend(regexp->program_size())) return nullptr;
  slot = *std::move(regexp);
  return &*slot;
}

const json* Evaluator::ValueOf(const json& current, const Operand& operand,
                               json* scratch) {
  if (const auto* literal = std::get_if<json>(&operand.value)) return literal;
  if (const auto* query = std::get_if<Query>(&operand.value)) {
    return Follow(*query, current);
  }
  return ResultOf(current, std::get<Call>(operand.value), scratch);
}

const json* Evaluator::ResultOf(const json& current, const Call& call,
                                json* scratch) {
  const Operand& argument = call.arguments[0];
  if (call.function == Function::kCount) {
    *scratch = NodesOf(current, argument, kAll).size();
    return scratch;
  }
  if (call.function == Function::kValue) {
    const std::vector<const json*> nodes = NodesOf(current, argument, 2);
    return nodes.size() == 1 ? nodes[0] : nullptr;
  }
  json inner;
  const json* value = ValueOf(current, argument, &inner);
  if (value == nullptr) return nullptr;
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    budget_.Spend(text.size() / 64);
    *scratch = CountCharacters(text);
  } else if (value->is_structured()) {
    *scratch = value->size();
  } else {
    return nullptr;
  }
  return scratch;
}

std::vector<const json*> Evaluator::NodesOf(const json& current,
                                            const Operand& operand,
                                            size_t enough) {
  const auto& query = std::get<Query>(operand.value);
  std::vector<const json*> found;
  NoPlaces places;
  if (!Run(query, &places, query.absolute ? &root_ : &current, enough,
           &found)) {
    found.clear();
  }
  return found;
}

}  // namespace servo::jsonpath
