//! The proleptic Gregorian calendar in whole numbers, as Ruby's `time.c` counts it.

/// Days from 1970-01-01 to the given day. `mday` may lie outside of the month (it just counts on);
/// `mon` must be 1..=12.
pub fn days_from_civil(year: i64, mon: u8, mday: i64) -> i64 {
    let year = if mon <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((mon + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + mday - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month (1..=12) and day (1..=31) of a day counted from 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let mday = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let mon = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u8;
    (year_of_era + era * 400 + i64::from(mon <= 2), mon, mday)
}

/// True for a year of 366 days.
pub fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

/// Days of a month; `mon` outside of 1..=12 has none.
pub fn days_in_month(year: i64, mon: i64) -> i64 {
    match mon {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// Day of the week of a day counted from 1970-01-01; 0 is Sunday.
pub fn wday(days: i64) -> u8 {
    (days + 4).rem_euclid(7) as u8
}

/// Day of the year, 1..=366.
pub fn yday(year: i64, mon: u8, mday: u8) -> u16 {
    (days_from_civil(year, mon, i64::from(mday)) - days_from_civil(year, 1, 1) + 1) as u16
}

#[cfg(test)]
mod tests {
    use super::{civil_from_days, days_from_civil, wday, yday};

    #[test]
    fn days_and_dates_turn_into_each_other() {
        for days in (-1_000_000..1_000_000).step_by(37) {
            let (year, mon, mday) = civil_from_days(days);
            assert_eq!(days_from_civil(year, mon, i64::from(mday)), days);
        }
        assert_eq!(civil_from_days(0), (1970, 1, 1));
        assert_eq!(civil_from_days(-1), (1969, 12, 31));
    }

    #[test]
    fn a_day_past_the_end_of_the_month_counts_on() {
        assert_eq!(days_from_civil(2023, 2, 30), days_from_civil(2023, 3, 2));
        assert_eq!(days_from_civil(2023, 3, 0), days_from_civil(2023, 2, 28));
    }

    #[test]
    fn week_and_year_days_are_rubys() {
        assert_eq!(wday(0), 4);
        assert_eq!(wday(-5), 6);
        assert_eq!(yday(2024, 12, 31), 366);
    }
}
