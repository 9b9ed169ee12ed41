// SPDX-License-Identifier: Apache-2.0
#include "proof/veripb_writer.hpp"

#include <fmt/core.h>

namespace sinew::proof {

void VeripbWriter::begin(std::uint64_t rows) {
    output_.put(fmt::format("pseudo-Boolean proof version 3.0\nf {} ;\n", rows));
    last_ = rows;
}

void VeripbWriter::learn(Literals clause) {
    output_.put("rup");
    for (const std::int32_t literal : clause) {
        output_.put(" 1");
        put_literal(literal);
    }
    output_.put(" >= 1 ;\n");
    learned_.emplace(key(clause), ++last_);
}

// Two clauses of one key would only be forgotten in the wrong order: the checker needs what it then lacks and says so.
void VeripbWriter::forget(Literals clause) {
    const auto place = learned_.find(key(clause));
    if (place == learned_.end()) return;
    output_.put(fmt::format("del id {} ;\n", place->second));
    learned_.erase(place);
}

void VeripbWriter::improve(Literals values) {
    output_.put("soli");
    put_literals(values);
    output_.put(" ;\n");
    ++last_;
}

std::uint64_t VeripbWriter::row(Literals literals, std::span<const std::int64_t> coefficients, std::int64_t bound) {
    output_.put("rup");
    for (std::size_t i = 0; i < literals.size(); ++i) {
        output_.put(fmt::format(" {}", coefficients[i]));
        put_literal(literals[i]);
    }
    output_.put(fmt::format(" >= {} ;\n", bound));
    return ++last_;
}

std::uint64_t VeripbWriter::contradiction() {
    return row({}, {}, 1);
}

void VeripbWriter::conclude_none() {
    conclude("NONE", {});
}

void VeripbWriter::conclude_sat(Literals values) {
    conclude("SAT :", values);
}

void VeripbWriter::conclude_unsat() {
    conclude(fmt::format("UNSAT : {}", contradiction()), {});
}

void VeripbWriter::conclude_bounds(std::optional<std::int64_t> lower, std::uint64_t reason,
                                   std::optional<std::int64_t> upper, Literals values) {
    const std::string low = lower ? fmt::format("{}", *lower) : "INF";
    const std::string high = upper ? fmt::format("{} :", *upper) : "INF";
    conclude(fmt::format("BOUNDS {} : {} {}", low, reason, high), values);
}

void VeripbWriter::conclude(std::string_view text, Literals values) {
    output_.put("output NONE ;\nconclusion ");
    output_.put(text);
    put_literals(values);
    output_.put(" ;\nend pseudo-Boolean proof ;\n");
}

/// The same in every order of the literals.
std::uint64_t VeripbWriter::key(Literals clause) {
    std::uint64_t sum = clause.size();
    for (const std::int32_t literal : clause) {
        std::uint64_t mixed =
            (static_cast<std::uint64_t>(static_cast<std::uint32_t>(literal)) + 1) * 0x9E3779B97F4A7C15U;
        mixed = (mixed ^ (mixed >> 29U)) * 0xBF58476D1CE4E5B9U;
        sum += mixed ^ (mixed >> 32U);
    }
    return sum;
}

void VeripbWriter::put_literal(std::int32_t literal) {
    output_.put(literal < 0 ? fmt::format(" ~x{}", -static_cast<std::int64_t>(literal)) : fmt::format(" x{}", literal));
}

void VeripbWriter::put_literals(Literals literals) {
    for (const std::int32_t literal : literals) put_literal(literal);
}

}  // namespace sinew::proof
