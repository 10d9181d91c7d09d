import torch

torch.manual_seed(0)
h = 5
x = torch.randn((), requires_grad=True)
y = torch.randn(())

W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn((), requires_grad=True)

# ----- Autograd -----
z1 = W1 @ x.view(1,1) + b1.view(h,1)      # shape (h,1)
a1 = torch.relu(z1)                        # (h,1)
y_hat = (W2 @ a1).view(()) + b2 + x        # scalar, includes skip
L = 0.5 * (y_hat - y)**2
L.backward()

grads_auto = {
    "db2": b2.grad.item(),
    "dW2": W2.grad.clone(),                # (1,h)
    "dW1": W1.grad.clone(),                # (h,1)
    "db1": b1.grad.clone(),                # (h,)
    "dx" : x.grad.item(),
}

# ----- Analytical -----
with torch.no_grad():
    e = (y_hat - y).item()
    s = (z1.view(-1) > 0).float()           # indicator vector (h,)
    a1_flat = a1.view(-1)                  # (h,)

    dL_db2 = e
    dL_dW2 = e * a1_flat.view(1, -1)       # (1,h)
    tmp = (W2.view(-1) * e) * s             # (h,)
    dL_dW1 = (tmp.view(-1,1)) * x.item()    # (h,1)
    dL_db1 = tmp.clone()                    # (h,)
    dL_dx = e * (1.0 + (W2.view(-1) * s * W1.view(-1)).sum()).item())

grads_manual = {
    "db2": dL_db2,
    "dW2": dL_dW2,
    "dW1": dL_dW1,
    "db1": dL_db1,
    "dx" : dL_dx,
}

# ----- Sanity check -----
def max_abs_diff(A, B):
    if isinstance(A, torch.Tensor):
        A = A.detach()
    if isinstance(B, torch.Tensor):
B = B.detach()
return (A - B).abs().max().item()

print("max|db2|:", abs(grads_auto["db2"] - grads_manual["db2"]))
print("max|dW2|:", max_abs_diff(grads_auto["dW2"], grads_manual["dW2"]))
print("max|dW1|:", max_abs_diff(grads_auto["dW1"], grads_manual["dW1"]))
print("max|db1|:", max_abs_diff(grads_auto["db1"], grads_manual["db1"]))
print("max|dx| :", abs(grads_auto["dx"] - grads_manual["dx"]))
