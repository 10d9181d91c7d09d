# %% [markdown]
# # P4(d): does the gradient check hold for every hidden size?

# %%
import math
import torch
import matplotlib.pyplot as plt

torch.manual_seed(5)
sizes = [2 ** k for k in range(1, 9)]
errors = {name: [] for name in ("W1", "b1", "W2", "b2", "x")}

# %%
for h in sizes:
    # He-like init so that y_hat does not blow up with h
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, requires_grad=True)
    W2 = (torch.randn(1, h) / math.sqrt(h)).requires_grad_()
    b2 = torch.randn(1, requires_grad=True)
    x = torch.full((1,), -0.6, requires_grad=True)
    y = torch.full((1,), 1.5)

    z = torch.addmv(b1, W1, x)
    a = torch.relu(z)
    yhat = torch.addmv(b2, W2, a) + x
    L = (yhat - y).pow(2).div(2)
    L.backward()

    with torch.no_grad():
        r = yhat - y
        dz = torch.mv(W2.t(), r).masked_fill(z <= 0, 0.0)
        hand = {
            "W1": torch.ger(dz, x),
            "b1": dz,
            "W2": torch.ger(r, a),
            "b2": r,
            "x": r + torch.mv(W1.t(), dz),
        }
    for name, t in zip(("W1", "b1", "W2", "b2", "x"), (W1, b1, W2, b2, x)):
        errors[name].append((hand[name] - t.grad).norm().item() / (t.grad.norm().item() + 1e-12))

# %%
print("h     " + "".join(f"{n:>12s}" for n in errors))
for i, h in enumerate(sizes):
    print(f"{h:<6d}" + "".join(f"{errors[n][i]:12.2e}" for n in errors))

# %%
for n in errors:
    plt.semilogx(sizes, errors[n], "o-", label=n)
plt.xlabel("hidden size h")
plt.ylabel("relative error")
plt.legend()
plt.show()
