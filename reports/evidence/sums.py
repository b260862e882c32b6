"""What the data must deliver: counts and sums of one arm for one measure."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    import numpy as np

type Exact = int | float | Decimal | Fraction

ROUNDING = 1e-14  # relative error of a mean of doubles
SMALLEST = 1e-60  # a smaller denominator is none
SMALLEST_VARIANCE = 1e-130  # squares of smaller ones leave the range of doubles
LARGEST = 1e120  # products of larger sums leave the range of doubles
SUM_ROUNDING = 1e-13  # relative error of a sum of squares of doubles


class NotComputableError(ValueError):
    """The data do not allow this number; the text says why, as a sentence for a page."""


class EmptyArmError(NotComputableError):
    """An arm has no customers."""


class OneCustomerError(NotComputableError):
    """An arm has a single customer, so it shows no spread."""


class NoSpreadError(NotComputableError):
    """Every customer has the same value, so chance cannot be judged."""


class NoDenominatorError(NotComputableError):
    """A ratio's denominator adds up to nothing (no orders, no contacts)."""


class NegativeBaseError(NotComputableError):
    """The holdout's mean is below zero, so a share of it means nothing."""


class NotFiniteError(NotComputableError):
    """A sum is missing, NaN, infinite, or too large to be squared."""


class Sums(NamedTuple):
    """One arm, one measure: totals, and sums of squares and products about the mean.

    The unit of analysis is the one that was randomised (a customer, unless the plan says
    otherwise). `y` is the numerator, `d` the denominator, `x` a covariate from before the start.
    A mean is a ratio whose denominator is 1 for everybody, written `d=None`.

    Centred sums keep their precision where raw squares lose it (values of 10^9 that differ by 1).
    PostgreSQL delivers them: `sum(y)`, `regr_sxx(y, y)` for `yy`, `regr_sxy(y, d)` for `yd`.
    Raw powers come in by `from_powers`.

    Attributes:
        n: units in the arm.
        y: total of the numerator.
        yy: sum of (y - mean y)^2.
        d: total of the denominator, or None for a plain mean.
        dd: sum of (d - mean d)^2.
        yd: sum of (y - mean y)(d - mean d).
        x: total of the covariate, or None without one.
        xx: sum of (x - mean x)^2.
        yx: sum of (y - mean y)(x - mean x).
        dx: sum of (d - mean d)(x - mean x).

    """

    n: int
    y: float
    yy: float
    d: float | None = None
    dd: float = 0.0
    yd: float = 0.0
    x: float | None = None
    xx: float = 0.0
    yx: float = 0.0
    dx: float = 0.0

    @classmethod
    def from_powers(
        cls,
        n: int,
        y: Exact,
        y2: Exact,
        *,
        d: Exact | None = None,
        d2: Exact = 0,
        yd: Exact = 0,
        x: Exact | None = None,
        x2: Exact = 0,
        yx: Exact = 0,
        dx: Exact = 0,
    ) -> Self:
        """Build from raw sums: Σy, Σy², and for ratios Σd, Σd², Σyd, for a covariate Σx, ….

        The centring is exact, so integers and Decimals (PostgreSQL's `numeric`) lose nothing.

        >>> Sums.from_powers(4, 2, 2).variance
        0.3333333333333333

        Raises:
            NotFiniteError: a sum is NaN, infinite or too large.

        """
        _finite(n, y, y2, d or 0, d2, yd, x or 0, x2, yx, dx)

        def about_mean(product: Exact, left: Exact, right: Exact) -> float:
            if n == 0:
                return 0.0
            centred = float(Fraction(product) - Fraction(left) * Fraction(right) / n)
            rounded = isinstance(product, float) and abs(centred) <= SUM_ROUNDING * abs(product)
            return 0.0 if rounded else centred

        return cls(
            n,
            float(y),
            about_mean(y2, y, y),
            None if d is None else float(d),
            0.0 if d is None else about_mean(d2, d, d),
            0.0 if d is None else about_mean(yd, y, d),
            None if x is None else float(x),
            0.0 if x is None else about_mean(x2, x, x),
            0.0 if x is None else about_mean(yx, y, x),
            0.0 if x is None or d is None else about_mean(dx, d, x),
        )

    @classmethod
    def from_arrays(
        cls,
        y: "np.ndarray",
        d: "np.ndarray | None" = None,
        x: "np.ndarray | None" = None,
    ) -> Self:
        """Build from one value per unit; all arrays have the same length, one dimension.

        Raises:
            NotFiniteError: a value is NaN or infinite.

        """
        import numpy as np  # noqa: PLC0415 - pages import this module; arrays are for files

        def centred(values: "np.ndarray | None") -> "np.ndarray":
            if values is None or not len(values):
                return np.zeros(len(y))
            centred: np.ndarray = values - values.mean(dtype=float)
            return centred

        with np.errstate(over="ignore", invalid="ignore"):
            cy, cd, cx = centred(y), centred(d), centred(x)
            sums = cls(
                len(y),
                float(y.sum(dtype=float)),
                float(cy @ cy),
                None if d is None else float(d.sum(dtype=float)),
                float(cd @ cd),
                float(cy @ cd),
                None if x is None else float(x.sum(dtype=float)),
                float(cx @ cx),
                float(cy @ cx),
                float(cd @ cx),
            )
        _finite(*(value for value in sums if value is not None))
        return sums

    def plus(self, other: Self) -> Self:
        """Return the sums of both groups of units together.

        Pairwise update of Chan, Golub and LeVeque (1983); both have the same columns.
        """
        if not self.n or not other.n:
            return self if self.n else other
        weight = self.n * other.n / (self.n + other.n)
        gap_y = other.y / other.n - self.y / self.n
        gap_d = (other.d or 0.0) / other.n - (self.d or 0.0) / self.n
        gap_x = (other.x or 0.0) / other.n - (self.x or 0.0) / self.n
        return self._replace(
            n=self.n + other.n,
            y=self.y + other.y,
            yy=self.yy + other.yy + weight * gap_y * gap_y,
            d=None if self.d is None else self.d + (other.d or 0.0),
            dd=self.dd + other.dd + weight * gap_d * gap_d,
            yd=self.yd + other.yd + weight * gap_y * gap_d,
            x=None if self.x is None else self.x + (other.x or 0.0),
            xx=self.xx + other.xx + weight * gap_x * gap_x,
            yx=self.yx + other.yx + weight * gap_y * gap_x,
            dx=self.dx + other.dx + weight * gap_d * gap_x,
        )

    def times(self, factor: float) -> Self:
        """Return the sums with the numerator multiplied, as for "per 1,000 contacts"."""
        return self._replace(
            y=self.y * factor,
            yy=self.yy * factor * factor,
            yd=self.yd * factor,
            yx=self.yx * factor,
        )

    def weighted(self, of_y: float, of_d: float) -> Self:
        """Return the sums of a plain mean: `of_y` times the numerator + `of_d` times the other.

        A covariate goes along.
        """
        return self._replace(
            y=of_y * self.y + of_d * (self.d or 0.0),
            yy=of_y * of_y * self.yy + 2 * of_y * of_d * self.yd + of_d * of_d * self.dd,
            d=None,
            dd=0.0,
            yd=0.0,
            yx=of_y * self.yx + of_d * self.dx,
            dx=0.0,
        )

    def with_before(self, of_y: float, of_x: float) -> Self:
        """Return the sums of `of_y` times the numerator + `of_x` times the covariate."""
        return self._replace(
            y=of_y * self.y + of_x * (self.x or 0.0),
            yy=of_y * of_y * self.yy + 2 * of_y * of_x * self.yx + of_x * of_x * self.xx,
            yd=of_y * self.yd + of_x * self.dx,
            x=None,
            xx=0.0,
            yx=0.0,
            dx=0.0,
        )

    @property
    def before(self) -> Self | None:
        """The covariate's own sums, None without one."""
        return (
            None
            if self.x is None
            else self._replace(
                y=self.x, yy=self.xx, d=None, dd=0.0, yd=0.0, x=None, xx=0.0, yx=0.0, dx=0.0
            )
        )

    @property
    def mean(self) -> float:
        """Σy/n, or Σy/Σd for a ratio.

        Raises:
            EmptyArmError: nobody is in the arm.
            NoDenominatorError: the denominator adds up to zero.
            NotFiniteError: a sum is NaN or infinite.

        """
        _finite(*(value for value in self if value is not None))
        if self.n <= 0:
            raise EmptyArmError("An arm has no customers.")
        if self.d is None:
            return self.y / self.n
        if self.d < SMALLEST:
            raise NoDenominatorError("There is nothing to divide by in one arm.")
        return self.y / self.d

    @property
    def variance(self) -> float:
        """Sample variance (ddof = 1); for a ratio, of its linearised values.

        Delta method: u = (y - R d)/mean(d) with R = Σy/Σd (Deng, Knoblich and Lu, KDD 2018).
        0 where every unit has the same value.

        Raises:
            OneCustomerError: fewer than two units.
            NotComputableError: as for `mean`.

        """
        ratio = self.mean
        if self.n == 1:
            raise OneCustomerError("An arm has one customer only, so its spread is unknown.")
        if self.d is None:
            about = self.yy
            noise = (ROUNDING * self.y) ** 2 / self.n
        else:
            about = self.yy - 2 * ratio * self.yd + ratio * ratio * self.dd
            noise = SUM_ROUNDING * (self.yy + ratio * ratio * self.dd)
        if about <= noise:
            return 0.0
        scale = 1.0 if self.d is None else self.d / self.n
        variance = about / (self.n - 1) / (scale * scale)
        _finite(variance)
        return variance if variance > SMALLEST_VARIANCE else 0.0

    @property
    def mean_variance(self) -> float:
        """Variance of the mean, `variance / n`."""
        return self.variance / self.n

    @property
    def covariate_mean(self) -> float:
        """Mean of the covariate; only where `x` is given."""
        return (self.x or 0.0) / self.n

    @property
    def covariate_variance(self) -> float:
        """Sample variance of the covariate; only where `x` is given."""
        return self.xx / (self.n - 1)

    @property
    def covariance(self) -> float:
        """Sample covariance of the (linearised) measure and the covariate."""
        if self.d is None:
            return self.yx / (self.n - 1)
        return (self.yx - self.mean * self.dx) / (self.n - 1) / (self.d / self.n)


def _finite(*values: Exact) -> None:
    for value in values:
        if math.isnan(value):
            raise NotFiniteError("A value is missing or not a finite number.")
        if abs(float(value)) > LARGEST:  # infinite too: sums of what is too large overflow
            raise NotFiniteError("The values are too large to compute with.")
