// SPDX-License-Identifier: Apache-2.0
// Proofs that no input of a network has a property (docs/proofs.md): boxes of inputs that hold every solution, cut into
// parts by bounds of inputs and pre-activations until each part is excluded. A stream of binary records, in the order
// in which the search found them, so that neither side keeps more than the parts that are open; a digest of all of it
// at its end tells of damage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/sha256.hpp"
#include "proof/proof_file.hpp"

namespace sinew::proof {

using NodeId = std::uint64_t;
inline constexpr NodeId no_node = 0;

/// Why nothing is in a part.
enum class Closing : std::uint8_t {
    bounds,    ///< bounds exclude it
    rationals  ///< only exact arithmetic does
};

/// An atom of the query's conditions, by the formula that it is there.
struct AtomName {
    std::uint32_t formula = 0;
    bool positive = true;    ///< or its negation
    bool is_mirror = false;  ///< of an equality f = 0, or its negation: the part about -f
    friend bool operator==(const AtomName&, const AtomName&) = default;
};

/// What makes a bound: the slopes of lines below open ReLU neurons, by pre-activation in order, and what joins the row
/// for the assumed sides of others (multiplier·variable, which is at most 0 there).
struct ProofLines {
    std::vector<std::pair<std::uint32_t, float>> slopes;
    std::vector<std::pair<std::uint32_t, float>> sides;
};

/// Why a bound holds: cases by sides of pre-activations, each with its lines. A tree in preorder: a case that is cut at
/// `point` of `variable` is followed by what is below it and by what is above; it may have lines, too, which hold for
/// both.
struct ProofCase {
    bool is_cut = false;
    bool has_lines = true;
    std::uint32_t variable = 0;
    double point = 0;
    ProofLines lines{};
};

struct NetworkProofStep {
    enum class Kind : std::uint8_t {
        root,     ///< `node`: the box `sides` of inputs
        split,    ///< `node` is cut at `below` (left: variable <= below) and `above` into `left` and left + 1
        demand,   ///< `left`: `node` where `atom` holds too; when that is excluded the atom is
        fact,     ///< in `node`, `variable` has another bound, as `cases` show
        close,    ///< `node` is excluded
        row,      ///< `node`, where an atom is demanded, is excluded by the atom's form, as `lines` show
        witness,  ///< a solution: the values of the inputs and of free Booleans
        bound,    ///< first of all: what follows excludes that the objective is better than `bound`; and a witness
        end       ///< nothing follows
    };
    Kind kind = Kind::end;
    NodeId node = no_node;
    NodeId left = no_node;
    std::uint32_t variable = 0;
    double below = 0, above = 0;
    bool is_upper = false;  ///< of a fact
    AtomName atom;
    ProofLines lines;
    std::vector<ProofCase> cases;
    Closing closing = Closing::bounds;
    std::vector<double> sides;  ///< lower, upper of each input
    std::vector<std::string>
        values;  ///< of a witness: numbers as fractions of whole numbers; of a bound's perhaps none
    std::vector<bool> booleans;
    std::string bound;
};

/// Safe for several threads. Nodes are numbered from 1 as they are made.
class NetworkProofWriter {
  public:
    /// `digest`: of the query (model/query_digest.hpp). Throws OutputError if the file cannot be written.
    NetworkProofWriter(const std::string& path, const std::string& digest, std::size_t inputs);

    NodeId root(std::span<const double> sides);
    /// The left side's node; the right one's is the next.
    NodeId split(NodeId node, std::uint32_t variable, double below, double above);
    void close(NodeId node, Closing closing);
    NodeId demand(NodeId node, const AtomName& atom);
    void fact(NodeId node, std::uint32_t variable, bool is_upper, std::span<const ProofCase> cases);
    void close(NodeId node, const ProofLines& lines);
    /// The query has a solution; whatever was told before does not matter.
    void witness(std::span<const std::string> values, const std::vector<bool>& booleans);
    /// What follows is about a better objective than `bound`; `values`, if any, are a solution. First of all.
    void bound(const std::string& bound, std::span<const std::string> values, const std::vector<bool>& booleans);
    /// The proof is complete: the file takes its name. Throws OutputError.
    void finish();

    std::uint64_t steps() const { return steps_; }

  private:
    void put_number(std::uint64_t number);
    void put_double(double value);
    void put_lines(const ProofLines& lines);
    void put_text(const std::string& text);
    void put_point(std::span<const std::string> values, const std::vector<bool>& booleans);
    void end_record();

    std::mutex mutex_;
    ProofOutput output_;
    Sha256 sha_;
    std::string record_;
    NodeId next_ = 1;
    std::uint64_t steps_ = 0;
};

class NetworkProofReader {
  public:
    /// Whether the file can be opened and says that it is such a proof.
    static bool is_one(const std::string& path);
    /// Throws InputError for what is no such proof.
    explicit NetworkProofReader(const std::string& path);

    const std::string& digest() const { return digest_; }
    std::size_t inputs() const { return inputs_; }
    /// The next step, into `step`; false at the end of the file. Throws InputError where it is none, and at an end in
    /// the midst of one.
    bool next(NetworkProofStep& step);
    std::uint64_t steps() const { return steps_; }
    [[noreturn]] void fail(const std::string& message) const;

  private:
    std::uint8_t byte();
    void end_record();
    std::uint64_t number();
    void read(NetworkProofStep& step);
    void read_end();
    double real();
    std::string text();
    void read_point(NetworkProofStep& step, std::size_t count);
    void read_lines(ProofLines& lines);
    void read_cases(std::vector<ProofCase>& cases);
    std::uint32_t variable();
    NodeId earlier_node();

    ProofInput input_;
    Sha256 sha_;
    std::string record_;
    std::string digest_;
    std::size_t inputs_ = 0;
    NodeId next_ = 1;
    std::uint64_t steps_ = 0;
};

}  // namespace sinew::proof
