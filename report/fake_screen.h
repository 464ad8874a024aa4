// A terminal's screen, of what a live view writes to one.
#ifndef REPORT_FAKE_SCREEN_H_
#define REPORT_FAKE_SCREEN_H_

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace servo::report {

// Understands ASCII, carriage return, line feed, and the sequences that move
// the cursor up, erase, and colour. Keeps what has scrolled off. Lines that are
// too wide are broken, and broken anew when the width changes, as most
// terminals do.
class FakeScreen {
 public:
  FakeScreen(size_t columns, size_t rows) : columns_(columns), height_(rows) {}

  // A sequence must not be split between two calls.
  void Write(absl::string_view bytes) {
    while (!bytes.empty()) {
      if (bytes[0] == '\x1b') {
        bytes.remove_prefix(TakeSequence(bytes));
        continue;
      }
      TakeCharacter(bytes[0]);
      bytes.remove_prefix(1);
    }
  }

  void Resize(size_t columns) {
    std::vector<std::string> lines = JoinedLines();
    columns_ = columns;
    rows_ = {Row()};
    row_ = column_ = 0;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (i > 0) Write("\r\n");
      Write(lines[i]);
    }
  }

  // All rows, also those that have scrolled off; without empty ones at the end.
  std::vector<std::string> Rows() const {
    std::vector<std::string> rows;
    for (const Row& row : rows_) rows.push_back(row.text);
    while (!rows.empty() && rows.back().empty()) rows.pop_back();
    return rows;
  }

  bool colored() const { return colored_; }

  // Sequences that it does not understand.
  const std::vector<std::string>& unknown() const { return unknown_; }

 private:
  struct Row {
    std::string text;
    bool wraps = false;  // the next row is the same line's
  };

  std::vector<std::string> JoinedLines() const {
    std::vector<std::string> lines = {""};
    for (size_t i = 0; i < rows_.size(); ++i) {
      lines.back() += rows_[i].text;
      if (!rows_[i].wraps && i + 1 < rows_.size()) lines.emplace_back();
    }
    return lines;
  }

  size_t TakeSequence(absl::string_view bytes) {
    size_t size = 2;
    while (size < bytes.size() &&
           absl::string_view("0123456789;?").find(bytes[size]) !=
               absl::string_view::npos) {
      ++size;
    }
    size = std::min(size + 1, bytes.size());
    const std::string sequence(bytes.substr(0, size));
    const int number = std::atoi(sequence.c_str() + 2);
    switch (sequence.back()) {
      case 'A':
        MoveUp(number);
        break;
      case 'K':
        EraseToEndOfRow();
        break;
      case 'J':
        EraseToEndOfRow();
        rows_.resize(row_ + 1);
        break;
      case 'm':
        colored_ = true;
        break;
      default:
        unknown_.push_back(sequence);
    }
    return size;
  }

  void EraseToEndOfRow() {
    Current().text.resize(std::min(Current().text.size(), column_));
    Current().wraps = false;
  }

  // Not beyond the screen's top.
  void MoveUp(size_t rows) {
    const size_t top = rows_.size() > height_ ? rows_.size() - height_ : 0;
    row_ = row_ >= top + rows ? row_ - rows : top;
  }

  void TakeCharacter(char c) {
    if (c == '\r') {
      column_ = 0;
    } else if (c == '\n') {
      NextRow();
    } else {
      if (column_ == columns_) {
        Current().wraps = true;
        NextRow();
        column_ = 0;
      }
      std::string& text = Current().text;
      if (text.size() <= column_) text.resize(column_ + 1, ' ');
      text[column_++] = c;
    }
  }

  void NextRow() {
    if (++row_ == rows_.size()) rows_.emplace_back();
  }

  Row& Current() { return rows_[row_]; }

  size_t columns_;
  size_t height_;
  std::vector<Row> rows_ = {Row()};
  size_t row_ = 0;
  size_t column_ = 0;
  bool colored_ = false;
  std::vector<std::string> unknown_;
};

}  // namespace servo::report

#endif  // REPORT_FAKE_SCREEN_H_
