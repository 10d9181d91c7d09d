import sympy as sp, torch
torch.manual_seed(5)
W, B, V, c, X, Y = sp.symbols("W B V c X Y")
z = W * X + B
e = V * sp.Max(z, 0) + c + X - Y
H = sp.Heaviside(z, 0)
exprs = {"W1": e * V * H * X, "b1": e * V * H, "W2": e * sp.Max(z, 0), "b2": e, "x": e * (1 + V * H * W)}
fs = {k: sp.lambdify((W, B, V, c, X, Y), ex, "math") if False else sp.lambdify((W, B, V, c, X, Y), ex, "numpy") for k, ex in exprs.items()}
t = {k: torch.randn((), dtype=torch.float64, requires_grad=True) for k in ("W1", "b1", "W2", "b2", "x")}
y = torch.randn((), dtype=torch.float64)
loss = 0.5 * (t["W2"] * torch.relu(t["W1"] * t["x"] + t["b1"]) + t["b2"] + t["x"] - y) ** 2
loss.backward()
vals = [t[k].item() for k in ("W1", "b1", "W2", "b2", "x")] + [y.item()]
for k, f in fs.items():
    print(k, float(f(*vals)), t[k].grad.item())
