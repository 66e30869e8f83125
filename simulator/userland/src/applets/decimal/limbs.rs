//! Arithmetic of limbs, lowest first, without a sign and a point.

use super::number::BASE;
use crate::kernel::{List, Sys};

/// Without zeros at the top.
pub(super) fn significant(limbs: &[u32]) -> &[u32] {
    let len = limbs.iter().rposition(|limb| *limb != 0);
    &limbs[..len.map_or(0, |at| at + 1)]
}

/// The product, limb by limb of the result.
pub(super) async fn multiply(sys: &Sys, left: &[u32], right: &[u32]) -> List<u32> {
    let (left, right) = (significant(left), significant(right));
    let mut product = List::new();
    if left.is_empty() || right.is_empty() {
        return product;
    }
    product.resize(left.len() + right.len(), &0);
    let mut carry = 0u128;
    for at in 0..product.len() {
        let first = (at + 1).saturating_sub(right.len());
        let last = at.min(left.len() - 1);
        if first <= last {
            let down = right[at - last..=at - first].iter().rev();
            for (a, b) in left[first..=last].iter().zip(down) {
                carry += u128::from(u64::from(*a) * u64::from(*b));
            }
            sys.burn(2 + (last - first) as u64).await;
        }
        product[at] = (carry % u128::from(BASE)) as u32;
        carry /= u128::from(BASE);
    }
    product
}

/// Multiplies in place and adds, with a factor and a summand below the base; what goes over the top is returned.
pub(super) fn multiply_small(limbs: &mut [u32], factor: u32, summand: u32) -> u32 {
    let mut carry = u64::from(summand);
    for limb in limbs {
        carry += u64::from(*limb) * u64::from(factor);
        *limb = (carry % u64::from(BASE)) as u32;
        carry /= u64::from(BASE);
    }
    carry as u32
}

/// Divides in place by something between one and the base; returns the remainder.
pub(super) fn divide_small(limbs: &mut [u32], divisor: u32) -> u32 {
    let mut remainder = 0u64;
    for limb in limbs.iter_mut().rev() {
        remainder = remainder * u64::from(BASE) + u64::from(*limb);
        *limb = (remainder / u64::from(divisor)) as u32;
        remainder %= u64::from(divisor);
    }
    remainder as u32
}

/// The quotient, rounded down. The divisor is not zero.
pub(super) async fn divide(sys: &Sys, dividend: List<u32>, divisor: &[u32]) -> List<u32> {
    let divisor = significant(divisor);
    let len = significant(&dividend).len();
    let mut rest = dividend;
    rest.resize(len, &0);
    if len < divisor.len() {
        return List::new();
    }
    if let [divisor] = divisor {
        divide_small(&mut rest, *divisor);
        sys.burn(2 * len as u64).await;
        return rest;
    }
    // So that the divisor's top limb is at least half the base, guesses are off by two at most.
    let scale = BASE / (divisor[divisor.len() - 1] + 1);
    let mut by = List::new();
    by.resize(divisor.len(), &0);
    by.copy_from_slice(divisor);
    multiply_small(&mut by, scale, 0);
    let over = multiply_small(&mut rest, scale, 0);
    rest.push(over);
    sys.burn(2 * len as u64).await;
    let mut quotient = List::new();
    quotient.resize(len - by.len() + 1, &0);
    for at in (0..quotient.len()).rev() {
        quotient[at] = next_limb(&mut rest[at..=at + by.len()], &by);
        sys.burn(4 + by.len() as u64).await;
    }
    quotient
}

/// One step of long division: takes `by` off `rest`, which has one limb more, as often as possible; says how often.
fn next_limb(rest: &mut [u32], by: &[u32]) -> u32 {
    let base = u64::from(BASE);
    let top = by.len();
    let two = u64::from(rest[top]) * base + u64::from(rest[top - 1]);
    let mut guess = two / u64::from(by[top - 1]);
    let mut left = two % u64::from(by[top - 1]);
    while guess >= base || guess * u64::from(by[top - 2]) > left * base + u64::from(rest[top - 2]) {
        guess -= 1;
        left += u64::from(by[top - 1]);
        if left >= base {
            break;
        }
    }
    let mut carry = 0u64;
    let mut borrow = 0u64;
    for (limb, by) in rest.iter_mut().zip(by.iter().copied().chain([0])) {
        carry += guess * u64::from(by);
        let less = carry % base + borrow;
        carry /= base;
        let limb_value = u64::from(*limb);
        borrow = u64::from(limb_value < less);
        *limb = (limb_value + borrow * base - less) as u32;
    }
    if borrow > 0 {
        guess -= 1;
        let mut carry = 0;
        for (limb, by) in rest.iter_mut().zip(by.iter().copied().chain([0])) {
            let sum = *limb + by + carry;
            carry = u32::from(sum >= BASE);
            *limb = sum - carry * BASE;
        }
    }
    guess as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(limbs: &[u32]) -> u128 {
        let limbs = limbs.iter().rev();
        limbs.fold(0, |value, limb| {
            value * u128::from(BASE) + u128::from(*limb)
        })
    }

    #[test]
    fn a_step_of_long_division_leaves_less_than_the_divisor() {
        const LIMBS: [u32; 5] = [0, 1, BASE / 2, BASE - 2, BASE - 1];
        let pick = |number: usize, at: u32| LIMBS[number / 5usize.pow(at) % 5];
        let mut checked = 0;
        for number in 0..5usize.pow(7) {
            let by: Vec<u32> = (0..3).map(|at| pick(number, at)).collect();
            let mut rest: Vec<u32> = (3..7).map(|at| pick(number, at)).collect();
            let (before, divisor) = (value(&rest), value(&by));
            let is_step = by[2] >= BASE / 2 && value(&rest[1..]) < divisor;
            if !is_step {
                continue;
            }
            let digit = next_limb(&mut rest, &by);
            assert_eq!(u128::from(digit), before / divisor, "{before} / {divisor}");
            assert_eq!(value(&rest), before % divisor, "{before} % {divisor}");
            checked += 1;
        }
        assert!(checked > 1000);
    }
}
