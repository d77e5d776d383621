import streamlit as st

st.title("Compound interest")
years = st.slider("Years", 1, 20, 10)
values = [1000 * 1.05**year for year in range(years + 1)]
st.metric("At the end", f"{values[-1]:.2f}")
st.line_chart(values)
