// SPDX-License-Identifier: Apache-2.0
#include "cone/clusters.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "base/limit_scope.hpp"

namespace sinew::cone {

namespace {
constexpr std::size_t most_rows = 1024;
constexpr std::size_t most_network_bits = 1024;
constexpr std::size_t most_items = 4096;
constexpr std::int64_t largest_row = 30000;  // rows are added up in 16 bits
constexpr std::int64_t largest_part = 255;   // and a cluster's part stands in a byte

/// A set of bits.
class Cone {
  public:
    explicit Cone(std::size_t bits = 0) : words_((bits + 63) / 64, 0) {}
    void insert(std::size_t bit) { words_[bit / 64] |= std::uint64_t{1} << (bit % 64); }
    bool contains(std::size_t bit) const { return (words_[bit / 64] >> (bit % 64) & 1U) != 0; }
    void unite(const Cone& other) {
        for (std::size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
    }
    std::size_t size() const {
        std::size_t size = 0;
        for (const std::uint64_t word : words_) size += static_cast<std::size_t>(std::popcount(word));
        return size;
    }
    std::size_t size_with(const Cone& other) const {
        std::size_t size = 0;
        for (std::size_t w = 0; w < words_.size(); ++w)
            size += static_cast<std::size_t>(std::popcount(words_[w] | other.words_[w]));
        return size;
    }

  private:
    std::vector<std::uint64_t> words_;
};

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

class Clustering {
  public:
    Clustering(const threshold::ReducedNetwork& network, std::size_t most_bits, std::span<const double> importance)
        : network_(network), most_bits_(most_bits), importance_(importance) {}

    std::optional<ConeClusters> run() {
        place_bits();
        if (result_.bits.size() > most_network_bits) return std::nullopt;
        mark_needed();
        find_cones();
        if (!place_rows() || !place_items()) return std::nullopt;
        gather();
        merge();
        if (!parts_fit()) return std::nullopt;
        for (std::size_t c = 0; c < members_.size(); ++c) result_.clusters.push_back(cluster(c));
        return std::move(result_);
    }

  private:
    std::size_t digits() const { return network_.digit_count(); }
    const threshold::Gate& gate_of(std::size_t variable) const { return network_.gates[variable - digits()]; }

    void place_bits() {
        for (std::uint32_t f = 0; f < digits(); ++f) {
            result_.first_bit.push_back(static_cast<std::uint32_t>(result_.bits.size()));
            for (std::uint32_t k = 0; k < network_.digits[f].high - network_.digits[f].low; ++k)
                result_.bits.push_back({f, k});
        }
        result_.first_bit.push_back(static_cast<std::uint32_t>(result_.bits.size()));
    }

    void mark_needed() {
        needed_.assign(digits() + network_.gates.size(), 0);
        for (const threshold::Target& target : network_.targets) needed_[target.wins.variable] = 1;
        for (std::size_t v = needed_.size(); v-- > digits();) {
            if (needed_[v] == 0) continue;
            for (const threshold::VariableTerm& term : network_.terms_of(gate_of(v))) needed_[term.variable] = 1;
        }
    }

    /// A variable that is no longer local keeps an empty cone.
    void find_cones() {
        cones_.assign(needed_.size(), Cone(0));
        is_local_.assign(needed_.size(), 0);
        for (std::uint32_t f = 0; f < digits(); ++f) {
            is_local_[f] = 1;
            cones_[f] = Cone(result_.bits.size());
            for (std::uint32_t b = result_.first_bit[f]; b < result_.first_bit[f + 1]; ++b) cones_[f].insert(b);
        }
        for (std::size_t v = digits(); v < needed_.size(); ++v) {
            check_limits();
            if (needed_[v] == 0) continue;
            Cone cone(result_.bits.size());
            bool local = true;
            for (const threshold::VariableTerm& term : network_.terms_of(gate_of(v))) {
                local = local && is_local_[term.variable] != 0;
                if (!local) break;
                cone.unite(cones_[term.variable]);
            }
            if (!local || cone.size() > most_bits_) continue;
            is_local_[v] = 1;
            cones_[v] = std::move(cone);
        }
        for (const threshold::Target& target : network_.targets) is_local_[target.wins.variable] = 0;
    }

    /// Rows: those that others add up first. False: too many, or not worth it.
    bool place_rows() {
        row_of_.assign(needed_.size(), none);
        std::vector<std::uint8_t> is_inner(needed_.size(), 1);
        for (const threshold::Target& target : network_.targets) is_inner[target.wins.variable] = 0;
        std::size_t local = 0;
        for (std::size_t v = digits(); v < needed_.size(); ++v) {
            if (needed_[v] == 0) continue;
            local += is_local_[v];
            for (const threshold::VariableTerm& term : network_.terms_of(gate_of(v))) is_inner[term.variable] = 1;
        }
        for (const bool inner : {true, false}) {
            for (std::size_t v = digits(); v < needed_.size(); ++v) {
                if (needed_[v] == 0 || is_local_[v] != 0 || (is_inner[v] != 0) != inner) continue;
                row_of_[v] = static_cast<std::uint32_t>(result_.rows.size());
                if (result_.rows.size() == most_rows) return false;
                result_.rows.push_back({static_cast<std::uint32_t>(v - digits()), 0, {}});
            }
            if (inner) result_.inner_rows = result_.rows.size();
        }
        for (const threshold::Target& target : network_.targets)
            result_.target_row.push_back(row_of_[target.wins.variable]);
        return 2 * local >= result_.rows.size();
    }

    /// An `any` gate as a sum: each negated member that is false counts one.
    bool place_items() {
        item_of_.assign(result_.bits.size() + network_.gates.size(), none);
        for (std::uint32_t r = 0; r < result_.rows.size(); ++r) {
            ConeRow& row = result_.rows[r];
            const threshold::Gate& gate = network_.gates[row.gate];
            row.bound = gate.kind == threshold::GateKind::any ? 1 : gate.bound;
            std::int64_t largest = 0;
            for (const threshold::VariableTerm& term : network_.terms_of(gate)) {
                if (gate.kind == threshold::GateKind::any && term.coefficient < 0) --row.bound;
                const bool is_digit = term.variable < digits();
                const std::int64_t span =
                    is_digit ? result_.first_bit[term.variable + 1] - result_.first_bit[term.variable] : 1;
                largest += std::abs(term.coefficient) * span;
                if (largest > largest_row || std::abs(row.bound) > largest_row) return false;
                const ItemShare share{r, static_cast<std::int16_t>(term.coefficient)};
                if (is_digit) {
                    for (std::uint32_t b = result_.first_bit[term.variable]; b < result_.first_bit[term.variable + 1];
                         ++b)
                        item(true, b).shares.push_back(share);
                } else if (row_of_[term.variable] != none) {
                    row.rows.push_back({row_of_[term.variable], term.coefficient});
                } else {
                    item(false, static_cast<std::uint32_t>(term.variable - digits())).shares.push_back(share);
                }
            }
        }
        return items_.size() <= most_items;
    }

    ConeItem& item(bool is_bit, std::uint32_t index) {
        std::uint32_t& known = item_of_[is_bit ? index : result_.bits.size() + index];
        if (known == none) {
            known = static_cast<std::uint32_t>(items_.size());
            items_.push_back({is_bit, index, {}});
        }
        return items_[known];
    }

    Cone cone_of(const ConeItem& item) const {
        if (!item.is_bit) return cones_[digits() + item.index];
        Cone cone(result_.bits.size());
        cone.insert(item.index);
        return cone;
    }

    /// Each item, those with large cones first, goes where it adds the fewest bits.
    void gather() {
        const auto size_of = [&](const ConeItem& item) {
            return item.is_bit ? 1 : cones_[digits() + item.index].size();
        };
        std::stable_sort(items_.begin(), items_.end(),
                         [&](const ConeItem& a, const ConeItem& b) { return size_of(a) > size_of(b); });
        for (std::uint32_t i = 0; i < items_.size(); ++i) {
            check_limits();
            const Cone cone = cone_of(items_[i]);
            const std::size_t own = cone.size();
            std::size_t best = cluster_cones_.size();
            std::size_t least_added = own;  // some overlap is asked for
            for (std::size_t c = 0; c < cluster_cones_.size(); ++c) {
                const std::size_t united = cluster_cones_[c].size_with(cone);
                const std::size_t added = united - cluster_sizes_[c];
                if (united > most_bits_ || added >= least_added) continue;
                best = c;
                least_added = added;
            }
            if (best == cluster_cones_.size()) {
                cluster_cones_.emplace_back(result_.bits.size());
                cluster_sizes_.push_back(0);
                members_.emplace_back();
            }
            cluster_cones_[best].unite(cone);
            cluster_sizes_[best] = cluster_cones_[best].size();
            members_[best].push_back(i);
        }
    }

    /// Clusters that share bits become one where there is room, those that share the most first.
    void merge() {
        for (std::size_t a = 0; a < members_.size();) {
            check_limits();
            std::size_t best = members_.size();
            std::size_t most_shared = 0;
            for (std::size_t b = 0; b < members_.size(); ++b) {
                if (a == b) continue;
                const std::size_t united = cluster_cones_[a].size_with(cluster_cones_[b]);
                const std::size_t shared = cluster_sizes_[a] + cluster_sizes_[b] - united;
                if (united > most_bits_ || shared <= most_shared) continue;
                best = b;
                most_shared = shared;
            }
            if (best == members_.size()) {
                ++a;
                continue;
            }
            cluster_cones_[a].unite(cluster_cones_[best]);
            cluster_sizes_[a] = cluster_cones_[a].size();
            members_[a].insert(members_[a].end(), members_[best].begin(), members_[best].end());
            const auto at = static_cast<std::ptrdiff_t>(best);
            members_.erase(members_.begin() + at);
            cluster_cones_.erase(cluster_cones_.begin() + at);
            cluster_sizes_.erase(cluster_sizes_.begin() + at);
        }
    }

    /// Whether what a cluster adds to a row always fits into a byte.
    bool parts_fit() const {
        std::vector<std::int64_t> width(result_.rows.size());
        for (const std::vector<std::uint32_t>& members : members_) {
            std::fill(width.begin(), width.end(), 0);
            for (const std::uint32_t i : members)
                for (const ItemShare& share : items_[i].shares)
                    if ((width[share.row] += std::abs(std::int64_t{share.coefficient})) > largest_part) return false;
        }
        return true;
    }

    ConeCluster cluster(std::size_t c) {
        ConeCluster cluster;
        for (std::uint32_t b = 0; b < result_.bits.size(); ++b)
            if (cluster_cones_[c].contains(b)) cluster.bits.push_back(b);
        if (!importance_.empty())
            std::stable_sort(cluster.bits.begin(), cluster.bits.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return importance_[a] < importance_[b]; });
        std::vector<std::uint32_t> open;
        for (const std::uint32_t i : members_[c]) {
            if (!items_[i].is_bit) open.push_back(items_[i].index);
            cluster.items.push_back(std::move(items_[i]));
        }
        while (!open.empty()) {
            const std::uint32_t g = open.back();
            open.pop_back();
            if (std::find(cluster.gates.begin(), cluster.gates.end(), g) != cluster.gates.end()) continue;
            cluster.gates.push_back(g);
            for (const threshold::VariableTerm& term : network_.terms_of(network_.gates[g]))
                if (term.variable >= digits()) open.push_back(static_cast<std::uint32_t>(term.variable - digits()));
        }
        std::sort(cluster.gates.begin(), cluster.gates.end());
        return cluster;
    }

    const threshold::ReducedNetwork& network_;
    std::size_t most_bits_;
    std::span<const double> importance_;
    ConeClusters result_;
    std::vector<std::uint8_t> needed_;    ///< by variable
    std::vector<std::uint8_t> is_local_;  ///< by variable
    std::vector<Cone> cones_;             ///< by variable
    std::vector<std::uint32_t> row_of_;   ///< by variable
    std::vector<ConeItem> items_;
    std::vector<std::uint32_t> item_of_;  ///< by bit, then by gate
    std::vector<Cone> cluster_cones_;
    std::vector<std::size_t> cluster_sizes_;
    std::vector<std::vector<std::uint32_t>> members_;
};
}  // namespace

std::optional<ConeClusters> cluster_cones(const threshold::ReducedNetwork& network, std::size_t most_bits,
                                          std::span<const double> importance) {
    require(most_bits >= 1 && most_bits <= 20, "tables over clusters are small");
    return Clustering(network, most_bits, importance).run();
}

}  // namespace sinew::cone
