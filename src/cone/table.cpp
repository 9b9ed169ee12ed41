// SPDX-License-Identifier: Apache-2.0
#include "cone/table.hpp"

#include <algorithm>

#include "base/limit_scope.hpp"

namespace sinew::cone {

namespace {
constexpr std::size_t scanned_bits = 5;  // with this many open bits their phases are scanned, with more they are halved
constexpr std::size_t first_slots = 1024;

std::size_t hash(ConeTable::Pattern pattern) {
    pattern *= 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(pattern ^ (pattern >> 29));
}
}  // namespace

ConeTable::ConeTable(const threshold::ReducedNetwork& network, const ConeClusters& clusters, std::size_t cluster)
    : bits_(clusters.clusters[cluster].bits.size()), rows_(clusters.rows.size()) {
    fill_leaves(network, clusters, cluster);
    forget();
}

void ConeTable::forget() {
    parts_.clear();
    slots_.assign(first_slots, {});
    used_ = 0;
}

void ConeTable::fill_leaves(const threshold::ReducedNetwork& network, const ConeClusters& clusters,
                            std::size_t cluster) {
    const ConeCluster& own = clusters.clusters[cluster];
    const std::size_t digits = network.digit_count();
    std::vector<std::uint32_t> place(network.gates.size(), 0);
    for (std::uint32_t i = 0; i < own.gates.size(); ++i) place[own.gates[i]] = i;
    std::vector<std::uint32_t> slot(clusters.bits.size(), 0);
    for (std::uint32_t k = 0; k < bits_; ++k) slot[own.bits[k]] = k;
    std::vector<std::int64_t> digit(digits, 0);
    std::vector<std::uint8_t> value(own.gates.size());
    base_.assign(rows_, 0);
    for (const ConeItem& item : own.items)
        for (const ItemShare& share : item.shares)
            if (share.coefficient < 0)
                base_[share.row] = static_cast<std::int16_t>(base_[share.row] + share.coefficient);
    const std::size_t rows = rows_;
    std::vector<RowPart> nothing(rows);  // all items false
    for (std::size_t r = 0; r < rows; ++r) nothing[r] = static_cast<RowPart>(-base_[r]);
    std::vector<RowPart> column(own.items.size() * rows, 0);  // by item; parts are added up modulo 256
    for (std::size_t i = 0; i < own.items.size(); ++i)
        for (const ItemShare& share : own.items[i].shares)
            column[i * rows + share.row] = static_cast<RowPart>(share.coefficient);
    const std::size_t phases = std::size_t{1} << bits_;
    leaves_.resize(phases * rows);
    for (std::size_t phase = 0; phase < phases; ++phase) {
        check_limits();
        for (const std::uint32_t bit : own.bits) digit[clusters.bits[bit].digit] = 0;
        for (std::size_t k = 0; k < bits_; ++k)
            if ((phase >> k & 1U) != 0) ++digit[clusters.bits[own.bits[k]].digit];
        for (std::size_t i = 0; i < own.gates.size(); ++i) {
            const threshold::Gate& gate = network.gates[own.gates[i]];
            std::int64_t sum = 0;
            bool any = false;
            for (const threshold::VariableTerm& term : network.terms_of(gate)) {
                const std::int64_t input =
                    term.variable < digits ? digit[term.variable] : value[place[term.variable - digits]];
                sum += term.coefficient * input;
                any = any || (input != 0) == (term.coefficient > 0);
            }
            value[i] = (gate.kind == threshold::GateKind::any ? any : sum >= gate.bound) ? 1 : 0;
        }
        RowPart* leaf = leaves_.data() + phase * rows;
        std::copy(nothing.begin(), nothing.end(), leaf);
        for (std::size_t i = 0; i < own.items.size(); ++i) {
            const ConeItem& item = own.items[i];
            const bool is_true = item.is_bit ? (phase >> slot[item.index] & 1U) != 0 : value[place[item.index]] != 0;
            if (!is_true) continue;
            const RowPart* share = column.data() + i * rows;
            for (std::size_t r = 0; r < rows; ++r) leaf[r] = static_cast<RowPart>(leaf[r] + share[r]);
        }
    }
}

std::size_t& ConeTable::slot_of(Pattern pattern, bool& is_new) {
    std::size_t at = hash(pattern) & (slots_.size() - 1);
    while (slots_[at].pattern != pattern && slots_[at].pattern != unused) at = (at + 1) & (slots_.size() - 1);
    is_new = slots_[at].pattern == unused;
    slots_[at].pattern = pattern;
    return slots_[at].place;
}

void ConeTable::grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    bool is_new = false;
    for (const Slot& slot : old)
        if (slot.pattern != unused) slot_of(slot.pattern, is_new) = slot.place;
}

std::size_t ConeTable::find(Pattern pattern) {
    std::size_t at = hash(pattern) & (slots_.size() - 1);
    for (; slots_[at].pattern != unused; at = (at + 1) & (slots_.size() - 1))
        if (slots_[at].pattern == pattern) return slots_[at].place;
    const std::size_t place = work_out(pattern);
    if (2 * ++used_ > slots_.size()) grow();
    bool is_new = false;
    slot_of(pattern, is_new) = place;
    return place;
}

std::size_t ConeTable::work_out(Pattern pattern) {
    std::size_t open = 0;
    std::size_t last = 0;
    for (std::size_t k = 0; k < bits_; ++k) {
        if ((pattern >> (2 * k) & 3U) != 0) continue;
        last = k;
        ++open;
    }
    if (open <= scanned_bits) {
        const std::size_t place = parts_.size();
        parts_.resize(place + 2 * rows_);
        scan_leaves(pattern, parts_.data() + place, parts_.data() + place + rows_);
        return place;
    }
    const std::size_t low = find(pattern | Pattern{1} << (2 * last));
    const std::size_t high = find(pattern | Pattern{2} << (2 * last));
    const std::size_t place = parts_.size();
    parts_.resize(place + 2 * rows_);
    const RowPart* a = parts_.data() + low;
    const RowPart* b = parts_.data() + high;
    RowPart* sum = parts_.data() + place;
    const std::size_t rows = rows_;
    for (std::size_t r = 0; r < rows; ++r) sum[r] = std::min(a[r], b[r]);
    for (std::size_t r = rows; r < 2 * rows; ++r) sum[r] = std::max(a[r], b[r]);
    return place;
}

void ConeTable::scan_leaves(Pattern pattern, RowPart* __restrict least, RowPart* __restrict most) const {
    std::size_t known = 0;
    std::size_t open = 0;
    for (std::size_t k = 0; k < bits_; ++k) {
        const Pattern state = pattern >> (2 * k) & 3U;
        if (state == 0) open |= std::size_t{1} << k;
        if (state == 2) known |= std::size_t{1} << k;
    }
    const std::size_t rows = rows_;  // bytes may be anything's, a member's too
    const RowPart* leaf = leaves_.data() + known * rows;
    std::copy_n(leaf, rows, least);
    std::copy_n(leaf, rows, most);
    for (std::size_t part = open; part != 0; part = (part - 1) & open) {
        leaf = leaves_.data() + (known | part) * rows;
        for (std::size_t r = 0; r < rows; ++r) {
            least[r] = std::min(least[r], leaf[r]);
            most[r] = std::max(most[r], leaf[r]);
        }
    }
}

}  // namespace sinew::cone
