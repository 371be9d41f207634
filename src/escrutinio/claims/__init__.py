"""Public claims held against arithmetic, against each other and against the sheets."""

from escrutinio.claims.catalogue import CLAIM_TESTS, ClaimTest, catalogue_markdown
from escrutinio.claims.checking import check_claims
from escrutinio.claims.decoding import CLAIMS_FORMAT, decode_claims
from escrutinio.claims.lattice import cube_section_volume, lattice_chance, lattice_points
from escrutinio.claims.model import (
    Assertion,
    AssertionKind,
    Basis,
    Claim,
    ClaimKind,
    ClaimsFile,
    Coverage,
    CoverageUnit,
    EvidenceClass,
    Figures,
    PrintedShare,
    Scope,
    Statement,
    Verdict,
)
from escrutinio.claims.rounded_shares import RoundedShares, compute_rounded_shares

__all__ = [
    "CLAIMS_FORMAT",
    "CLAIM_TESTS",
    "Assertion",
    "AssertionKind",
    "Basis",
    "Claim",
    "ClaimKind",
    "ClaimTest",
    "ClaimsFile",
    "Coverage",
    "CoverageUnit",
    "EvidenceClass",
    "Figures",
    "PrintedShare",
    "RoundedShares",
    "Scope",
    "Statement",
    "Verdict",
    "catalogue_markdown",
    "check_claims",
    "compute_rounded_shares",
    "cube_section_volume",
    "decode_claims",
    "lattice_chance",
    "lattice_points",
]
