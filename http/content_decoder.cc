#include "http/content_decoder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/log/check.h"
#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "zlib.h"

namespace servo::http {
namespace {

// One call of zlib's takes and makes no more than this.
constexpr size_t kStepInput = 4 * 1024;
constexpr size_t kStepOutput = 16 * 1024;

// A byte that is read costs more than one that is made: blocks may be empty,
// each with code tables of its own.
constexpr size_t kInputCost = 16;

// The cost of all steps of one piece.
constexpr size_t kPieceCost = 512 * 1024;

// As inflateInit2() takes them: a window of 32 KiB in a gzip member, a zlib
// stream, or no wrapper at all.
constexpr int kGzipWindow = 15 + 16;
constexpr int kZlibWindow = 15;
constexpr int kRawWindow = -15;

// How much of a stream is kept to read it a second time as raw deflate: within
// fewer bytes zlib finds out that it was none of its own.
constexpr size_t kRememberedBytes = 64;

// Some servers leave out the header of a zlib stream, but not its checksum.
constexpr size_t kZlibTrailer = 4;

enum class Encoding { kGzip, kDeflate };

absl::string_view Name(Encoding encoding) {
  return encoding == Encoding::kGzip ? "gzip" : "deflate";
}

std::optional<Encoding> EncodingOf(absl::string_view name) {
  if (absl::EqualsIgnoreCase(name, "gzip") ||
      absl::EqualsIgnoreCase(name, "x-gzip")) {
    return Encoding::kGzip;
  }
  if (absl::EqualsIgnoreCase(name, "deflate")) return Encoding::kDeflate;
  return std::nullopt;
}

bool ChangesNothing(absl::string_view name) {
  return name.empty() || absl::EqualsIgnoreCase(name, "identity") ||
         absl::EqualsIgnoreCase(name, "aws-chunked");
}

// The encodings that can be undone, in the order of undoing.
std::vector<Encoding> EncodingsOf(const Headers& headers) {
  std::vector<absl::string_view> names;
  for (const auto& [name, value] : headers) {
    if (!absl::EqualsIgnoreCase(name, "Content-Encoding")) continue;
    for (absl::string_view item : absl::StrSplit(value, ',')) {
      names.push_back(absl::StripAsciiWhitespace(item));
    }
  }
  absl::c_reverse(names);
  std::vector<Encoding> encodings;
  for (absl::string_view name : names) {
    if (ChangesNothing(name)) continue;
    const std::optional<Encoding> encoding = EncodingOf(name);
    if (!encoding.has_value()) break;
    encodings.push_back(*encoding);
  }
  return encodings;
}

bool IsPadding(absl::string_view bytes) {
  return absl::c_all_of(bytes, [](char c) { return c == '\0'; });
}

absl::Status Malformed(Encoding encoding, absl::string_view why) {
  return absl::UnavailableError(
      absl::StrCat("the body cannot be decoded: ", Name(encoding), ": ", why));
}

}  // namespace

// One encoding of the chain, and the bytes that wait for it.
class ContentDecoder::Stage {
 public:
  explicit Stage(Encoding encoding) : encoding_(encoding) {
    const int window = encoding == Encoding::kGzip ? kGzipWindow : kZlibWindow;
    CHECK_EQ(inflateInit2(&stream_, window), Z_OK) << "out of memory";
  }
  ~Stage() { inflateEnd(&stream_); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  void Feed(absl::string_view bytes) {
    input_.erase(0, read_);
    read_ = 0;
    input_.append(bytes);
  }

  size_t waiting() const { return input_.size() - read_; }
  bool pending() const { return waiting() > 0 || more_output_; }
  uint64_t made() const { return made_; }

  // Decodes at most kStepInput bytes to at most kStepOutput, which `output`
  // points to then; returns how many bytes it has read.
  absl::StatusOr<size_t> Step(absl::string_view* output) {
    const absl::string_view input =
        absl::string_view(input_).substr(read_, kStepInput);
    *output = "";
    began_ = began_ || !input.empty();
    absl::StatusOr<size_t> used =
        ended_ ? AfterEnd(input) : Inflate(input, output);
    if (!used.ok()) return used;
    read_ += *used;
    made_ += output->size();
    return used;
  }

  absl::Status Finish() const {
    if (!began_ || ended_) return absl::OkStatus();
    return Malformed(encoding_, "the data is cut off");
  }

 private:
  absl::StatusOr<size_t> Inflate(absl::string_view input,
                                 absl::string_view* output) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
    stream_.avail_out = static_cast<uInt>(output_.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    const size_t used = input.size() - stream_.avail_in;
    const size_t size = output_.size() - stream_.avail_out;
    if (code == Z_DATA_ERROR && MayBeRaw()) return RestartAsRaw();
    if (code == Z_DATA_ERROR || code == Z_NEED_DICT) {
      return Malformed(encoding_, stream_.msg != nullptr
                                      ? stream_.msg
                                      : "it needs a dictionary");
    }
    CHECK(code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR)
        << "zlib: " << code;
    Remember(input.substr(0, used));
    *output = absl::string_view(output_.data(), size);
    ended_ = code == Z_STREAM_END;
    more_output_ = !ended_ && stream_.avail_out == 0;
    return used;
  }

  // What follows the end: another member of gzip's, or padding.
  absl::StatusOr<size_t> AfterEnd(absl::string_view input) {
    if (encoding_ == Encoding::kGzip && !input.empty() &&
        input.front() == '\x1f' && trailing_ == 0) {
      CHECK_EQ(inflateReset(&stream_), Z_OK);
      ended_ = false;
      return 0;
    }
    trailing_ += input.size();
    if (raw_ && trailing_ <= kZlibTrailer) return input.size();
    if (IsPadding(input)) return input.size();
    return Malformed(encoding_, "other data follows its end");
  }

  void Remember(absl::string_view bytes) {
    if (encoding_ == Encoding::kGzip) return;
    remembered_.append(
        bytes.substr(0, kRememberedBytes + 1 - remembered_.size()));
  }

  // Whether a broken zlib stream may be raw deflate, whose first two bytes
  // looked like a header by chance or were none.
  bool MayBeRaw() const {
    return encoding_ == Encoding::kDeflate && !raw_ && made_ == 0 &&
           stream_.total_out == 0 && remembered_.size() <= kRememberedBytes;
  }

  size_t RestartAsRaw() {
    CHECK_EQ(inflateReset2(&stream_, kRawWindow), Z_OK);
    raw_ = true;
    input_ = absl::StrCat(remembered_, absl::string_view(input_).substr(read_));
    read_ = 0;
    return 0;
  }

  const Encoding encoding_;
  z_stream stream_ = {};
  std::string input_;
  size_t read_ = 0;  // of input_
  std::array<char, kStepOutput> output_;
  bool began_ = false;
  bool ended_ = false;        // a member or stream; another may follow
  bool more_output_ = false;  // without more input
  bool raw_ = false;
  std::string remembered_;
  uint64_t trailing_ = 0;  // bytes after the end
  uint64_t made_ = 0;
};

ContentDecoder::ContentDecoder(const DecoderLimits& limits) : limits_(limits) {}

ContentDecoder::~ContentDecoder() = default;

absl::StatusOr<std::unique_ptr<ContentDecoder>> ContentDecoder::ForHeaders(
    const Headers& headers, const DecoderLimits& limits) {
  const std::vector<Encoding> encodings = EncodingsOf(headers);
  if (encodings.empty()) return nullptr;
  if (encodings.size() > limits.encodings) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer's body is compressed ", encodings.size(),
                     " times; at most ", limits.encodings, " are undone"));
  }
  auto decoder = absl::WrapUnique(new ContentDecoder(limits));
  for (const Encoding encoding : encodings) {
    decoder->stages_.push_back(std::make_unique<Stage>(encoding));
  }
  return decoder;
}

absl::Status ContentDecoder::Feed(absl::string_view bytes) {
  received_ += bytes.size();
  if (received_ > limits_.bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer's compressed body is larger than ",
                     limits_.bytes, " bytes"));
  }
  stages_.front()->Feed(bytes);
  return absl::OkStatus();
}

bool ContentDecoder::pending() const {
  return absl::c_any_of(stages_,
                        [](const auto& stage) { return stage->pending(); });
}

bool ContentDecoder::full() const { return stages_.front()->waiting() > kFull; }

absl::Status ContentDecoder::DecodePiece(Sink sink) {
  for (size_t cost = 0; cost < kPieceCost && pending();) {
    const absl::StatusOr<size_t> step = Step(sink);
    if (!step.ok()) return step.status();
    cost += *step;
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> ContentDecoder::Step(Sink sink) {
  // The last one first: so no stage is fed that has not read all it had.
  size_t i = stages_.size() - 1;
  while (!stages_[i]->pending()) --i;
  absl::string_view output;
  const absl::StatusOr<size_t> used = stages_[i]->Step(&output);
  if (!used.ok()) return used;
  if (absl::Status status = CheckLimits(stages_[i]->made()); !status.ok()) {
    return status;
  }
  if (i + 1 < stages_.size()) {
    stages_[i + 1]->Feed(output);
  } else if (!output.empty()) {
    if (absl::Status status = sink(output); !status.ok()) return status;
  }
  return *used * kInputCost + output.size() + 1;
}

absl::Status ContentDecoder::CheckLimits(uint64_t made) const {
  if (made > limits_.bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer's compressed body is larger than ",
                     limits_.bytes, " bytes once decoded"));
  }
  if (made > limits_.ratio_floor && made / limits_.ratio > received_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the answer's compressed body is more than ",
                     limits_.ratio, " times as large once decoded"));
  }
  return absl::OkStatus();
}

absl::Status ContentDecoder::Finish() const {
  for (const auto& stage : stages_) {
    if (absl::Status status = stage->Finish(); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace servo::http
