// SPDX-License-Identifier: Apache-2.0
// Reverse unit propagation over linear rows: a row follows from others if propagating its negation through them ends in
// a contradiction. Rows are counted (slack: by how much the literals that are not false exceed the degree).
#pragma once

#include <cstdint>
#include <vector>

#include "check/pb_rows.hpp"

namespace sinew::check {

/// Whatever is added follows from the problem; therefore facts stay when the rows they came from are removed.
class PbPropagator {
  public:
    explicit PbPropagator(std::size_t variables) : values_(variables + 1), occurrences_(2 * variables + 2) {}

    /// Ids count from 0. Believed: whoever adds has asked follows().
    std::size_t add(PbRow row);
    void remove(std::size_t id);
    bool has(std::size_t id) const { return id < ids_.size() && ids_[id] != none; }
    const PbRow& row(std::size_t id) const { return rows_[ids_[id]].row; }
    std::size_t size() const { return ids_.size(); }
    bool follows(const PbRow& row);
    std::uint64_t propagations() const { return propagations_; }

  private:
    static constexpr std::size_t none = ~std::size_t{0};

    struct Counted {
        PbRow row;
        Wide slack = 0;
        Wide largest = 0;
        bool alive = true;
    };
    struct Occurrence {
        std::size_t place;
        Wide coefficient;
    };

    static std::size_t index(std::int32_t literal) {
        return literal < 0 ? 2 * static_cast<std::size_t>(-static_cast<std::int64_t>(literal)) + 1
                           : 2 * static_cast<std::size_t>(literal);
    }
    /// 1 true, -1 false, 0 open.
    int value(std::int32_t literal) const {
        return literal < 0 ? -values_[static_cast<std::size_t>(-static_cast<std::int64_t>(literal))]
                           : values_[static_cast<std::size_t>(literal)];
    }
    void assign(std::int32_t literal);
    std::size_t count(PbRow row);
    bool scan(std::size_t place);
    bool propagate();
    void undo(std::size_t trail);

    std::vector<signed char> values_;
    std::vector<std::vector<Occurrence>> occurrences_;
    std::vector<Counted> rows_;
    std::vector<std::size_t> ids_;   ///< where the row of an id lies
    std::vector<std::size_t> free_;  ///< places of removed rows that occur nowhere any more
    std::vector<std::int32_t> trail_;
    std::size_t counted_ = 0;  ///< of the trail
    bool contradiction_ = false;
    std::uint64_t propagations_ = 0;
};

}  // namespace sinew::check
