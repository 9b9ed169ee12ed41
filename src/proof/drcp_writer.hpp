// SPDX-License-Identifier: Apache-2.0
// Writes proofs of constraint programs in the DRCP format (Flippo, Sidorov, Marijnissen, Smits, Demirović, CP 2024), as
// version 0.3 of its library has it: atomic constraints are defined in the proof, nogoods are told as what cannot hold
// together.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proof/proof_file.hpp"

namespace sinew::proof {

/// A stream to a file; a name that ends in .gz is compressed. Memory: the names, and the atomic constraints written.
class DrcpWriter {
  public:
    using Id = std::uint64_t;
    /// variable >= value, or variable <= value.
    struct Atom {
        std::uint32_t variable = 0;
        bool is_upper = false;
        std::int64_t value = 0;
    };

    /// Throws OutputError if the file cannot be written. It is there only after finish().
    explicit DrcpWriter(const std::string& path) : output_(path) {}
    void name(std::uint32_t variable, std::string_view name);

    /// The premises imply `implied` (none: they contradict) by the constraint with this tag (0: by a domain).
    Id inference(std::span<const Atom> premises, const std::optional<Atom>& implied, std::uint64_t tag,
                 std::string_view label);
    /// The atoms cannot all hold: what the steps named by the hints say, one after the other.
    Id nogood(std::span<const Atom> atoms, std::span<const Id> hints);
    void conclude_unsat() { output_.put("c UNSAT\n"); }
    void conclude_bound(const Atom& bound);
    /// The proof is complete: the file takes its name. Throws OutputError if the disk is full. Nothing may follow.
    void finish() { output_.finish(); }

  private:
    void put_number(std::int64_t number);
    void put_codes(std::span<const Atom> atoms);
    std::int64_t code(const Atom& atom);
    void end_line();

    ProofOutput output_;
    std::string line_;
    std::vector<std::string> names_;
    std::vector<std::int64_t> codes_;
    std::map<std::pair<std::uint32_t, std::int64_t>, std::int64_t> known_;  ///< of variable >= value
    Id last_ = 0;
};

}  // namespace sinew::proof
