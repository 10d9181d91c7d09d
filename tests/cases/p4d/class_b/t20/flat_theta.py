# 4(d).  All unknowns in one long vector  theta = [W1 (h), b1 (h), W2 (h), b2 (1), x (1)],  length 3h+2.
# yhat is a function R^(3h+2) -> R, its Jacobian is one row, and grad L = 2 (yhat - y) * row  (L without 1/2)
import torch

torch.manual_seed(58)
h = 5
i_W1, i_b1, i_W2, i_b2, i_x = slice(0, h), slice(h, 2*h), slice(2*h, 3*h), 3*h, 3*h + 1
n = 3*h + 2


def yhat(theta):
    hidden = torch.nn.functional.relu(theta[i_W1] * theta[i_x] + theta[i_b1])
    return theta[i_W2] @ hidden + theta[i_b2] + theta[i_x]


def jacobian_row(theta):
    z = theta[i_W1] * theta[i_x] + theta[i_b1]
    D = torch.diag((z > 0).double())                 # dReLU/dz
    row = torch.empty(n, dtype=torch.float64)
    row[i_W2] = D @ z                                # = a1
    row[i_b1] = theta[i_W2] @ D
    row[i_W1] = (theta[i_W2] @ D) * theta[i_x]
    row[i_b2] = 1.
    row[i_x] = theta[i_W2] @ D @ theta[i_W1] + 1.    # hidden path + skip path
    return row


theta = torch.randn(n, dtype=torch.float64)
y = 0.25

analytic = 2 * (yhat(theta) - y) * jacobian_row(theta)

t = theta.clone().requires_grad_(True)
L = (yhat(t) - y)**2
L.backward()

print("   i   analytic        autograd")
for i in range(n):
    print(f"{i:4d}  {analytic[i].item():14.10f}  {t.grad[i].item():14.10f}")
err = torch.linalg.vector_norm(analytic - t.grad) / torch.linalg.vector_norm(t.grad)
print("relative error of the whole gradient:", err.item())
for name, i in dict(W1=i_W1, b1=i_b1, W2=i_W2, b2=i_b2, x=i_x).items():
    print(name, "ok" if torch.allclose(analytic[i], t.grad[i]) else "not ok")
