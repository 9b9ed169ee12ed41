// SPDX-License-Identifier: Apache-2.0
// Reverse unit propagation over linear rows: a row follows from others if propagating its negation through them ends in
// a contradiction. With hints the named rows are looked at in their order. Without, all rows are counted (slack: by how
// much the literals that are not false exceed the degree); counting begins when it is first needed.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "check/pb_rows.hpp"

namespace sinew::check {

/// Whatever is added follows from the problem; therefore facts stay when the rows they came from are removed.
class PbPropagator {
  public:
    explicit PbPropagator(std::size_t variables) { add_variables(variables + 1); }

    void add_variables(std::size_t count);
    std::size_t variable_count() const { return values_.size() - 1; }
    /// Ids count from 0. Believed: whoever adds has asked follows().
    std::size_t add(PbRow row);
    void remove(std::size_t id);
    bool has(std::size_t id) const { return id < rows_.size() && rows_[id].alive; }
    const PbRow& row(std::size_t id) const { return rows_[id].row; }
    std::size_t size() const { return rows_.size(); }
    bool follows(const PbRow& row);
    bool follows(const PbRow& row, std::span<const std::size_t> hints);
    std::uint64_t propagations() const { return propagations_; }

  private:
    struct Counted {
        PbRow row;
        Wide slack = 0;
        Wide largest = 0;
        bool alive = true;
    };
    struct Occurrence {
        std::size_t row;
        Wide coefficient;
    };
    enum class Look : std::uint8_t { nothing, implied, contradiction };

    static std::size_t index(std::int32_t literal) {
        return literal < 0 ? 2 * static_cast<std::size_t>(-static_cast<std::int64_t>(literal)) + 1
                           : 2 * static_cast<std::size_t>(literal);
    }
    /// 1 true, -1 false, 0 open.
    static int value(const std::vector<signed char>& values, std::int32_t literal) {
        return literal < 0 ? -values[static_cast<std::size_t>(-static_cast<std::int64_t>(literal))]
                           : values[static_cast<std::size_t>(literal)];
    }
    int value(std::int32_t literal) const { return value(values_, literal); }
    Look look(const PbRow& row);
    void assign(std::int32_t literal);
    void count(Counted& counted, std::size_t place);
    void count_new();
    bool scan(std::size_t place);
    bool propagate();
    void undo(std::size_t trail);

    std::vector<Counted> rows_;  ///< by id
    // With hints.
    std::vector<signed char> hinted_;
    std::vector<std::int32_t> hinted_trail_;
    // Without: rows before counted_rows_ are counted.
    std::size_t counted_rows_ = 0;
    std::size_t removed_ = 0;  ///< counted rows that are gone, but in the lists
    std::vector<signed char> values_;
    std::vector<std::vector<Occurrence>> occurrences_;
    std::vector<std::int32_t> trail_;
    std::size_t counted_ = 0;  ///< of the trail
    bool contradiction_ = false;
    std::uint64_t propagations_ = 0;
};

}  // namespace sinew::check
