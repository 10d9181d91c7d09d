# HW2 Problem 4 (d)
# I normally work in R so there are a few helper functions with R names.
import numpy as np
import pandas as pd
import torch


def rnorm(n, mean=0.0, sd=1.0):
    return np.random.normal(mean, sd, n)

def ifelse(test, yes, no):
    return np.where(test, yes, no)

def all_equal(target, current, tolerance=1.5e-8):
    """mean relative difference, like all.equal() in R"""
    target = np.asarray(target, dtype=float).ravel()
    current = np.asarray(current, dtype=float).ravel()
    if target.size != current.size:
        return False
    xy = np.mean(np.abs(target - current))
    xn = np.mean(np.abs(target))
    return bool((xy / xn if xn > tolerance else xy) < tolerance)

def stopifnot(cond):
    if not cond:
        raise ValueError("condition is not TRUE")


# ---- simulate one observation and a set of coefficients ----
np.random.seed(6923)
h = 4
beta = {
    "W1": rnorm(h).reshape(h, 1),
    "b1": rnorm(h),
    "W2": rnorm(h).reshape(1, h),
    "b2": rnorm(1),
}
x = rnorm(1, 2, 1)
y = rnorm(1)


# ---- analytic "score" of the loss 1/2 * resid^2 ----
def score(beta, x, y):
    lin_pred = beta["W1"][:, 0] * x + beta["b1"]
    hidden = ifelse(lin_pred > 0, lin_pred, 0.0)
    fitted = np.sum(beta["W2"] * hidden) + beta["b2"] + x
    resid = fitted - y
    active = ifelse(lin_pred > 0, 1.0, 0.0)
    s = {}
    s["b2"] = resid
    s["W2"] = (resid * hidden).reshape(1, -1)
    s["b1"] = resid * beta["W2"][0, :] * active
    s["W1"] = (s["b1"] * x).reshape(-1, 1)
    s["x"] = resid + np.sum(s["b1"] * beta["W1"][:, 0])
    return s


# ---- same thing by torch ----
def torch_score(beta, x, y):
    t = {k: torch.tensor(val, requires_grad=True) for k, val in beta.items()}
    tx = torch.tensor(x, requires_grad=True)
    ty = torch.tensor(y)
    eta = torch.matmul(t["W1"], tx) + t["b1"]
    mu = torch.matmul(t["W2"], torch.nn.functional.relu(eta)) + t["b2"] + tx
    loss = 0.5 * torch.sum((mu - ty) ** 2)
    loss.backward()
    out = {k: val.grad.numpy() for k, val in t.items()}
    out["x"] = tx.grad.numpy()
    return out


s_formula = score(beta, x, y)
s_torch = torch_score(beta, x, y)

rows = []
for term in ["b2", "W2", "W1", "b1", "x"]:
    f, a = s_formula[term].ravel(), s_torch[term].ravel()
    for j in range(len(f)):
        rows.append({"term": f"{term}[{j+1}]", "formula": f[j], "autograd": a[j], "difference": f[j] - a[j]})
df = pd.DataFrame(rows).set_index("term")
print(df.to_string(float_format=lambda v: f"{v: .10g}"))
print()
print(df["difference"].abs().describe())

for term in s_formula:
    stopifnot(all_equal(s_formula[term], s_torch[term]))

# Comment: max abs difference is 0 or ~1e-16 so the formulas and autograd are the same up to
# machine rounding.
